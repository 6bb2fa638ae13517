// The right side of the inspector: articles with their seams and facts, and what belongs to none.
"use strict";

const banmianTexts = (() => {
  const { el, visible, say, count, certainty } = banmian;

  function drawWords(model, paragraph) {
    const { facts } = paragraph;
    return banmianModel.runs(paragraph).map(([line, start, end], place, all) => {
      const edges = [start, end, ...facts.flatMap((fact) => [fact.start, fact.end])].filter((edge) => edge >= start && edge <= end);
      const cuts = [...new Set(edges)].sort((a, b) => a - b);
      const pieces = cuts.slice(0, -1).map((cut, index) => {
        const text = visible(paragraph.chars.slice(cut, cuts[index + 1]).join(""));
        const here = facts.filter((fact) => fact.start <= cut && fact.end >= cuts[index + 1]);
        if (!here.length) return text;
        here.sort((a, b) => a.end - a.start - (b.end - b.start));
        return el("mark", { class: `fact k-${here[0].kind}`, "data-facts": here.map((fact) => fact.index).join(" ") }, text);
      });
      const key = place ? `${all[place - 1][0]}-${line}` : null;
      const repair = key && model.seams.get(key);
      const seam = repair
        ? el("span", { class: `seam${repair.confidence < 0.8 ? " is-weak" : ""}`, "data-seam": key, role: "img", "aria-label": say("joined", { first: all[place - 1][0], second: line }) })
        : null;
      return [seam, el("span", { class: "frag", "data-line": line }, pieces)];
    });
  }

  function drawParagraph(model, paragraph, article) {
    const isHeadline = article && paragraph.part === "title" && paragraph.text === article.headline;
    const classes = [
      "para", `role-${paragraph.role}`, `part-${paragraph.part ?? "none"}`, paragraph.copy ? "is-copy" : "",
      paragraph.alike.length ? "is-alike" : "", paragraph.isTruncated ? "stops" : "",
    ];
    return el(
      isHeadline ? "h3" : "p",
      { id: `p${paragraph.no}`, class: classes.join(" "), "data-paragraph": paragraph.no, lang: "zh-Hans", tabindex: "-1" },
      drawWords(model, paragraph),
      el("span", { class: "lines-ref", lang: "en", title: say("from_lines", { lines: paragraph.lines.join(", ") }) }, paragraph.lines.join(" ")),
    );
  }

  function drawLink([relation, page, source, headline, reason, sureness]) {
    const isSame = relation !== "goes_on" && relation !== "begins";
    return el(
      "p", { class: `link ${relation}` }, say(`link_${relation}`), " ",
      el("a", { href: `#${page}` }, visible(source), headline ? [" · ", visible(headline)] : null), " ",
      el("span", { class: "why" }, visible(banmian.sayReason(reason)), ` · ${say(isSame ? "alike_by" : "sure", { share: certainty(sureness) })}`),
    );
  }

  function drawArticle(model, article) {
    const isGone = article.links.some(([relation]) => relation === "kept_elsewhere");
    // A headline that the page prints below its article stands above it here; the threads show where it was.
    const parts = [...article.parts.filter(([, part]) => part === "title"), ...article.parts.filter(([, part]) => part !== "title")];
    const paragraphs = parts.map(([no]) => model.paragraphs.get(no)).filter(Boolean);
    return el(
      "article", { class: `article${isGone ? " is-reprint" : ""}`, id: `a${article.no}` },
      el(
        "header", {},
        el("span", { class: "tag no" }, `${article.no} · `, banmian.term("kind", article.kind)),
        article.column ? el("span", { class: "column", lang: "zh-Hans" }, visible(article.column)) : null,
        article.keywords.length ? el("span", { class: "keywords", lang: "zh-Hans" }, article.keywords.map((word) => el("span", {}, visible(word)))) : null,
      ),
      article.links.map(drawLink),
      paragraphs.map((paragraph) => drawParagraph(model, paragraph, article)),
      article.facts.length
        ? el("details", { class: "facts", open: banmian.recall("banmian-facts") === "open" }, el("summary", {}, `${say("facts")} `, el("span", {}, count(article.facts.length))), el("div", { class: "wide" }, banmianFacts.table(article.facts)))
        : null,
    );
  }

  // The elements that stand for all paragraphs of the page.
  function draw(model) {
    const others = [...model.paragraphs.values()].filter((each) => !each.article && !each.copy);
    const copies = [...model.paragraphs.values()].filter((each) => each.copy && !each.article);
    const section = (word, paragraphs) =>
      paragraphs.length
        ? el("section", { class: `rest ${word}` }, el("h3", {}, say(word), " ", el("small", {}, say(`${word}_explained`))), paragraphs.map((each) => drawParagraph(model, each, null)))
        : null;
    return [...model.page.articles.map((article) => drawArticle(model, article)), section("outside", others), section("removed", copies)].filter(Boolean);
  }

  return { draw };
})();
