// The list of pages: read in stretches, sorted and filtered here, drawn a hundred rows at a time.
"use strict";

document.addEventListener("DOMContentLoaded", async () => {
  const { el, visible, say, count } = banmian;
  const COLUMNS = [
    "page_id", "source", "collection", "published_on", "line_count", "join_count", "duplicate_count", "suspected_join_count",
    "suspected_copy_count", "truncated_count", "look_count", "article_count", "fact_count", "headlines",
  ];
  const NUMBERS = ["line_count", "join_count", "duplicate_count", "look_count", "article_count", "fact_count"];
  const ROWS_AT_ONCE = 100;
  const body = document.querySelector("#pages tbody");
  const search = document.getElementById("search");
  const collection = document.getElementById("collection");
  const doubtful = document.getElementById("doubtful");
  const found = document.getElementById("found");
  const more = document.getElementById("more");
  const rows = [];
  let shown = [];
  let drawn = 0;
  let total = 0;
  let order = { key: null, descending: false };
  let isWhole = false;

  function take(stretch) {
    total = stretch.count;
    for (const values of stretch.rows) {
      const row = Object.fromEntries(COLUMNS.map((name, place) => [name, values[place]]));
      row.place = rows.length;
      row.sought = [row.source, row.collection ?? "", row.published_on ?? "", ...row.headlines].join("\n").toLowerCase();
      rows.push(row);
    }
  }

  function offerCollections() {
    const names = [...new Set(rows.map((row) => row.collection))].filter((name) => name !== null).sort();
    const chosen = collection.value;
    collection.replaceChildren(collection.options[0], ...names.map((name) => el("option", { value: name }, visible(name))));
    collection.value = chosen;
    collection.parentElement.hidden = names.length < 2;
  }

  function choose() {
    const terms = search.value.toLowerCase().split(/\s+/).filter((term) => term !== "");
    shown = rows.filter(
      (row) =>
        (!doubtful.checked || row.look_count > 0) &&
        (collection.value === "" || row.collection === collection.value) &&
        terms.every((term) => row.sought.includes(term)),
    );
    if (order.key) {
      const sign = order.descending ? -1 : 1;
      const of = (row) => row[order.key] ?? "";
      shown.sort((a, b) => (of(a) < of(b) ? -sign : of(a) > of(b) ? sign : a.place - b.place));
    }
    banmian.remember("banmian-order", JSON.stringify(shown.map((row) => row.page_id)));
    drawn = 0;
    body.replaceChildren();
    draw(terms);
    found.textContent = say(isWhole ? "found" : "found_so_far", { found: count(shown.length), total: count(total) });
  }

  function draw(terms = []) {
    const next = shown.slice(drawn, drawn + ROWS_AT_ONCE);
    drawn += next.length;
    body.append(...next.map((row) => drawRow(row, terms)));
    more.hidden = drawn >= shown.length;
  }

  function drawRow(row, terms) {
    const name = row.source.slice(row.source.lastIndexOf("/") + 1);
    const folder = row.source.slice(0, row.source.length - name.length);
    const matched = terms.length ? row.headlines.filter((line) => terms.some((term) => line.toLowerCase().includes(term))) : [];
    const lines = (matched.length ? matched : row.headlines).slice(0, 3);
    const reasons = [
      [row.suspected_join_count, "suspected_joins"], [row.suspected_copy_count, "suspected_copies"], [row.truncated_count, "truncated"],
    ].filter(([number]) => number > 0);
    return el(
      "tr", {},
      el(
        "th", { scope: "row" },
        el("a", { href: `page.html#${row.page_id}` }, el("span", { class: "path" }, visible(folder)), el("b", {}, visible(name))),
        el("span", { class: "headlines", lang: "zh-Hans" }, lines.map((line) => el("span", {}, visible(line)))),
      ),
      el("td", {}, visible(row.collection ?? ""), el("span", { class: "day" }, row.published_on ?? "")),
      NUMBERS.map((key) =>
        el(
          "td", { class: "number", "data-label": say({ line_count: "lines", join_count: "joins", duplicate_count: "duplicates", look_count: "to_look_at", article_count: "articles", fact_count: "facts" }[key]) },
          row[key] === 0 ? el("span", { class: "zero" }, "0") : count(row[key]),
          key === "look_count" && reasons.length
            ? el("span", { class: "reasons" }, reasons.map(([number, word]) => el("span", { class: `tag ${word}` }, `${say(word)} ${number}`)))
            : null,
        ),
      ),
    );
  }

  for (const button of document.querySelectorAll("#pages thead button")) {
    button.addEventListener("click", () => {
      const { key } = button.dataset;
      order = { key, descending: order.key === key ? !order.descending : NUMBERS.includes(key) };
      for (const each of document.querySelectorAll("#pages thead th")) each.removeAttribute("aria-sort");
      button.closest("th").setAttribute("aria-sort", order.descending ? "descending" : "ascending");
      choose();
    });
  }

  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(choose, 120);
  });
  collection.addEventListener("change", choose);
  doubtful.addEventListener("change", choose);
  more.addEventListener("click", () => draw(search.value.toLowerCase().split(/\s+/).filter(Boolean)));
  document.getElementById("filters").addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    choose();
    body.querySelector("a")?.focus();
  });
  new IntersectionObserver((seen) => {
    if (seen.some((each) => each.isIntersecting) && !more.hidden) more.click();
  }).observe(document.getElementById("more-row"));
  banmian.onKey("/", () => search.focus());
  const step = (way) => {
    const links = [...body.querySelectorAll("a")];
    const next = links[Math.max(0, links.indexOf(document.activeElement) + way)];
    next?.focus();
  };
  banmian.onKey("ArrowDown", () => step(1));
  banmian.onKey("ArrowUp", () => step(-1));
  banmian.whenLanguageChanges(choose);
  if (location.hash === "#search") search.focus();

  const first = await banmian.loadList(1);
  take(first);
  isWhole = first.chunks === 1;
  offerCollections();
  choose();
  for (let number = 2; number <= first.chunks; number += 1) take(await banmian.loadList(number));
  if (!isWhole) {
    isWhole = true;
    offerCollections();
    choose();
  }
});
