// The inspector of one page: raw lines on the left, articles on the right.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const { el, visible, say, count } = banmian;
  const get = (id) => document.getElementById(id);
  const [raw, articles, panes] = [get("raw"), get("articles"), get("panes")];
  const hiddenKinds = new Set();
  let model = null;
  let leader = raw;
  let links = [];
  let pairs = [];
  let pointer = ""; // where the pointer was last
  let pointedAt = null;
  let marked = []; // raw lines whose text is drawn with a mark now

  // ---- drawing ----

  function drawBar() {
    const { page } = model;
    get("source").replaceChildren(...visible(page.source.slice(page.source.lastIndexOf("/") + 1)));
    get("source").title = page.source;
    const from = page.published_on_source ? [" (", banmian.term("date_from", page.published_on_source), ")"] : [];
    get("about").replaceChildren(
      ...visible(page.collection ?? say("no_collection")), " · ", ...(page.published_on ? [page.published_on, from].flat(2) : [say("undated")]),
      " · ", ...visible(page.encoding), " · ", say("place", { rank: count(page.rank), count: count(page.count) }),
    );
    document.title = `${page.source.slice(page.source.lastIndexOf("/") + 1)} · banmian`;
    const copies = [...model.paragraphs.values()].filter((each) => each.copy).length;
    const doubtful = banmianModel.doubts(model).length;
    get("counts").replaceChildren(
      ...[
        [page.lines.length, "lines"], [model.seams.size, "joins"], [copies, "duplicates"], [page.articles.length, "articles"],
        [page.facts.length, "facts"], [doubtful, "to_look_at"],
      ].map(([number, word]) => el("li", { class: word === "to_look_at" && number ? "is-doubtful" : "" }, el("b", {}, count(number)), say(word))),
    );
    for (const way of ["previous", "next"]) {
      const id = neighbour(way);
      if (id) get(way).setAttribute("href", `#${id}`);
      else get(way).removeAttribute("href");
    }
  }

  function neighbour(way) {
    let order = null;
    try {
      order = JSON.parse(banmian.recall("banmian-order") ?? "null");
    } catch {
      order = null;
    }
    const at = Array.isArray(order) ? order.indexOf(model.page.id) : -1;
    if (at < 0) return model.page[way];
    return order[at + (way === "next" ? 1 : -1)] ?? null;
  }

  function drawLines() {
    get("lines").replaceChildren(
      ...model.page.lines.map(([number, , text], place) => {
        const paragraph = model.ofLine.get(number);
        const classes = [
          "line", `role-${paragraph?.role ?? "none"}`, paragraph?.copy ? "is-copy" : "", paragraph?.alike.length ? "is-alike" : "",
          model.normalised.has(number) ? "is-normalised" : "", paragraph && paragraph.lines.at(-1) !== number ? "goes-on" : "",
          paragraph?.isTruncated && paragraph.lines.at(-1) === number ? "stops" : "",
        ];
        const gap = place && number - model.page.lines[place - 1][0] > 2 ? " has-gap" : "";
        return el(
          "li", { id: `l${number}`, class: classes.join(" ") + gap, "data-line": number, tabindex: place ? "-1" : "0" },
          el("span", { class: "no" }, number), el("span", { class: "text", lang: "zh-Hans" }, visible(text)),
        );
      }),
    );
  }

  function drawTexts() {
    get("texts").replaceChildren(...banmianTexts.draw(model));
    for (const details of get("texts").querySelectorAll("details")) {
      details.addEventListener("toggle", () => {
        banmian.remember("banmian-facts", details.open ? "open" : "closed");
        layOut();
      });
    }
  }

  function drawKinds() {
    const numbers = new Map(banmianFacts.KINDS.map((kind) => [kind, 0]));
    for (const fact of model.facts) numbers.set(fact.kind, numbers.get(fact.kind) + 1);
    get("kinds").replaceChildren(
      ...banmianFacts.KINDS.filter((kind) => numbers.get(kind)).map((kind) => {
        const button = el("button", { type: "button", class: `k-${kind}`, "aria-pressed": String(!hiddenKinds.has(kind)) }, el("i", {}), say(`fact_${kind}`), el("small", {}, numbers.get(kind)));
        button.addEventListener("click", () => toggleKinds([kind]));
        return button;
      }),
    );
    for (const kind of banmianFacts.KINDS) panes.classList.toggle(`no-${kind}`, hiddenKinds.has(kind));
  }

  function toggleKinds(kinds) {
    const areHidden = kinds.every((kind) => hiddenKinds.has(kind));
    for (const kind of kinds) hiddenKinds[areHidden ? "delete" : "add"](kind);
    drawKinds();
    layOut();
  }

  // ---- threads ----

  let isAwaited = false;
  function layOut() {
    if (!model || isAwaited) return;
    isAwaited = true;
    requestAnimationFrame(measure);
  }

  function measure() {
    isAwaited = false;
    links = [];
    for (const frag of get("texts").querySelectorAll(".frag")) {
      const line = Number(frag.dataset.line);
      const from = get(`l${line}`);
      const paragraph = model.paragraphs.get(Number(frag.closest("[data-paragraph]").dataset.paragraph));
      if (!from) continue;
      const kept = paragraph.copy?.isHere && !paragraph.article ? get(`p${paragraph.copy.keptNo}`) : null;
      links.push({ from, to: kept ?? frag, kind: paragraph.copy ? "is-copy" : `role-${paragraph.role}`, key: `l${line}` });
    }
    pairs = model.suspectedJoins.flatMap(({ lines }) =>
      lines.slice(1).map((line, place) => ({ a: get(`l${lines[place]}`), b: get(`l${line}`), kind: "suspected", key: `l${line}` })),
    ).filter(({ a, b }) => a && b);
    banmianThreads.measure(links, pairs);
  }

  function follow(pane) {
    const top = banmianThreads.counterpart(pane);
    if (top !== null && panes.classList.contains("is-wide")) (pane === raw ? articles : raw).scrollTop = top;
    banmianThreads.redraw();
  }

  // ---- what is looked at ----

  function unmark() {
    for (const element of panes.querySelectorAll(".is-hot")) element.classList.remove("is-hot");
    for (const line of marked) get(`l${line}`)?.querySelector(".text").replaceChildren(...visible(model.lineTexts.get(line)));
    marked = [];
  }

  function markOnLines(fact) {
    if (!fact.paragraph) return [];
    const spans = banmianFacts.onLines(fact.paragraph, fact.start, fact.end, model.lineStarts);
    for (const [line, start, end] of spans) {
      const text = get(`l${line}`)?.querySelector(".text");
      if (!text || marked.includes(line)) continue;
      const chars = Array.from(model.lineTexts.get(line));
      const cut = (from, to) => visible(chars.slice(from, to).join(""));
      text.replaceChildren(...cut(0, start), el("mark", { class: `fact k-${fact.kind} is-hot` }, cut(start, end)), ...cut(end));
      marked.push(line);
    }
    return spans.map(([line]) => line);
  }

  function look(target) {
    const hit = target.closest("[data-facts], [data-fact], [data-seam], .frag, .para, .line");
    if (!hit || !panes.contains(hit)) return;
    unmark();
    let lines = [];
    let told = [];
    if (hit.dataset.facts || hit.dataset.fact) {
      const fact = model.facts[Number((hit.dataset.facts ?? hit.dataset.fact).split(" ")[0])];
      if (hit.dataset.facts && hiddenKinds.has(fact.kind)) return;
      lines = markOnLines(fact);
      const isFact = (element) => (element.dataset.facts ?? element.dataset.fact).split(" ").includes(String(fact.index));
      for (const element of panes.querySelectorAll("[data-facts], [data-fact]")) element.classList.toggle("is-hot", isFact(element));
      told = banmianDetails.fact(model, fact);
    } else if (hit.dataset.seam) {
      lines = hit.dataset.seam.split("-").map(Number);
      hit.classList.add("is-hot");
      told = banmianDetails.seam(model, hit.dataset.seam);
    } else if (hit.dataset.line) {
      const number = Number(hit.dataset.line);
      lines = [number];
      told = banmianDetails.line(model, number);
    } else {
      const paragraph = model.paragraphs.get(Number(hit.dataset.paragraph));
      lines = paragraph.lines;
      told = banmianDetails.paragraph(model, paragraph);
    }
    for (const line of lines) {
      get(`l${line}`)?.classList.add("is-hot");
      for (const frag of get("texts").querySelectorAll(`.frag[data-line="${line}"]`)) frag.classList.add("is-hot");
      const paragraph = model.ofLine.get(line);
      if (paragraph?.copy?.isHere) get(`p${paragraph.copy.keptNo}`)?.classList.add("is-hot");
    }
    banmianThreads.heat(new Set(lines.map((line) => `l${line}`)));
    get("detail").replaceChildren(...told.filter(Boolean));
  }

  function settle() {
    pointedAt = null;
    unmark();
    banmianThreads.heat(new Set());
    if (document.activeElement && panes.contains(document.activeElement)) look(document.activeElement);
  }

  // Show an element of either pane and what it stands for.
  function goTo(element, { focus = true } = {}) {
    if (!element) return;
    leader = raw.contains(element) ? raw : articles;
    pointedAt = null;
    showPane(leader);
    element.scrollIntoView({ block: "center" });
    if (focus) {
      for (const each of leader.querySelectorAll('[tabindex="0"]')) if (each.matches(".line, .para, tr")) each.tabIndex = -1;
      element.tabIndex = 0;
      element.focus({ preventScroll: true });
    }
    follow(leader);
    look(element);
    const other = leader === raw ? articles : raw;
    const there = other.querySelector(".para.is-hot, .frag.is-hot, .line.is-hot");
    if (!there || !panes.classList.contains("is-wide")) return;
    const [pane, box] = [other.getBoundingClientRect(), there.getBoundingClientRect()];
    if (box.top < pane.top + 50 || box.bottom > pane.bottom) there.scrollIntoView({ block: "center" });
  }

  function across(element) {
    const row = element.closest("[data-fact]");
    if (row) return get("texts").querySelector(`[data-facts~="${row.dataset.fact}"]`)?.closest(".para");
    if (raw.contains(element)) {
      const paragraph = model.ofLine.get(Number(element.closest(".line")?.dataset.line));
      return paragraph && get(`p${paragraph.no}`);
    }
    const paragraph = model.paragraphs.get(Number(element.closest("[data-paragraph]")?.dataset.paragraph));
    return paragraph && get(`l${paragraph.lines[0]}`);
  }

  function step(way) {
    const active = document.activeElement;
    const row = active.closest?.("tr[data-fact]");
    const all = row ? [...row.closest("tbody").rows] : articles.contains(active) ? [...articles.querySelectorAll(".para")] : [...raw.querySelectorAll(".line")];
    const at = all.indexOf(active);
    goTo(all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + way))]);
  }

  let doubtAt = -1;
  function nextDoubt() {
    const ids = banmianModel.doubts(model);
    if (!ids.length) return;
    doubtAt = (doubtAt + 1) % ids.length;
    goTo(get(ids[doubtAt]));
  }

  function showPane(pane) {
    panes.classList.toggle("shows-articles", pane === articles);
    get("show-raw").setAttribute("aria-pressed", String(pane === raw));
    get("show-articles").setAttribute("aria-pressed", String(pane === articles));
  }

  // ---- loading ----

  function draw() {
    drawBar();
    drawLines();
    drawKinds();
    drawTexts();
    layOut();
  }

  async function open() {
    const id = decodeURIComponent(location.hash.slice(1));
    const inside = model && get(id);
    if (inside && panes.contains(inside)) {
      goTo(inside);
      return;
    }
    get("problem").hidden = true;
    try {
      const page = await banmian.loadPage(id);
      if (decodeURIComponent(location.hash.slice(1)) !== id) return; // another page was asked for in the meantime
      model = banmianModel.make(page);
    } catch {
      panes.hidden = true;
      get("problem").replaceChildren(say("no_such_page"), " ", el("a", { href: "pages.html" }, say("all_pages")));
      get("problem").hidden = false;
      return;
    }
    panes.hidden = false;
    doubtAt = -1;
    marked = [];
    get("detail").replaceChildren(el("p", { class: "muted", "data-t": "detail_hint" }, say("detail_hint")));
    draw();
    for (const pane of [raw, articles]) pane.scrollTop = 0;
    banmianThreads.heat(new Set());
  }

  const noteWidth = () => panes.classList.toggle("is-wide", matchMedia("(min-width: 56rem)").matches);
  new ResizeObserver(() => {
    noteWidth();
    layOut();
  }).observe(panes);
  for (const pane of [raw, articles]) {
    for (const event of ["wheel", "pointerdown", "touchstart", "pointerenter"]) pane.addEventListener(event, () => (leader = pane), { passive: true });
    pane.addEventListener("scroll", () => (pane === leader ? follow(pane) : banmianThreads.redraw()), { passive: true });
  }
  // A pane that scrolls under a pointer at rest changes what lies under it, but not what its owner looks at: so it is the
  // pointer's own moves that count.
  panes.addEventListener("pointermove", (event) => {
    const hasMoved = pointer !== (pointer = `${event.screenX} ${event.screenY}`);
    if (event.pointerType === "touch" || !hasMoved || event.target === pointedAt) return;
    pointedAt = event.target;
    look(event.target);
  }, { passive: true });
  panes.addEventListener("pointerleave", settle);
  panes.addEventListener("focusin", (event) => look(event.target));
  panes.addEventListener("click", (event) => {
    if (event.target.closest("a, button, summary")) return;
    if (!getSelection().isCollapsed) return;
    const [index] = (event.target.closest("[data-facts]")?.dataset.facts ?? "").split(" ");
    const row = index ? get("texts").querySelector(`tr[data-fact="${index}"]`) : null;
    if (row) {
      row.closest("details").open = true;
      goTo(row);
      return;
    }
    const place = event.target.closest(".line, .para, tr[data-fact]");
    if (place) goTo(place);
    look(event.target);
  });
  get("detail").addEventListener("click", (event) => {
    const { go } = event.target.closest("[data-go]")?.dataset ?? {};
    if (!go) return;
    event.preventDefault();
    goTo(get(go));
  });
  get("show-raw").addEventListener("click", () => showPane(raw));
  get("show-articles").addEventListener("click", () => showPane(articles));
  banmian.onKey("ArrowDown", () => step(1));
  banmian.onKey("ArrowUp", () => step(-1));
  banmian.onKey("ArrowLeft", () => get("previous").hasAttribute("href") && location.replace(get("previous").href));
  banmian.onKey("ArrowRight", () => get("next").hasAttribute("href") && location.replace(get("next").href));
  banmian.onKey("Enter", (event) => (panes.contains(event.target) && event.target.matches(".line, .para, tr") ? goTo(across(event.target)) : false));
  banmian.onKey("d", nextDoubt);
  banmian.onKey("f", () => toggleKinds(banmianFacts.KINDS));
  banmian.onKey("Escape", settle);
  banmian.whenLanguageChanges(() => model && draw());
  addEventListener("hashchange", open);
  addEventListener("beforeprint", () => {
    for (const details of get("texts").querySelectorAll("details")) details.open = true;
  });
  document.fonts?.ready.then(layOut);
  noteWidth();
  open();
});
