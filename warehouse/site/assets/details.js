// The strip below the panes: in words, what became of a line, a seam, a paragraph or a fact, why, and how sure the rule is.
"use strict";

const banmianDetails = (() => {
  const { el, visible, say, term, sayReason, certainty } = banmian;
  const strong = (text) => el("b", {}, visible(text));
  const why = (reason, share, word = "sure") =>
    el("span", { class: "why" }, visible(sayReason(reason)), share === null ? "" : ` · ${say(word, { share: certainty(share) })}`);
  const row = (...parts) => el("p", {}, parts.flat().filter((part) => part !== null && part !== undefined).flatMap((part) => [part, " "]));
  const where = (paragraph) =>
    paragraph.article
      ? say("in_article", { no: paragraph.no, article: paragraph.article.no })
      : say("outside_article", { no: paragraph.no });

  function aboutCopy(copy, word) {
    const kept = copy.isHere
      ? el("a", { href: `#p${copy.keptNo}`, "data-go": `p${copy.keptNo}` }, say("paragraph_no", { no: copy.keptNo }))
      : el("a", { href: `page.html#${copy.keptPage}` }, visible(copy.keptSource ?? copy.keptPage), ` ${say("paragraph_no", { no: copy.keptNo })}`);
    return row(el("span", { class: `tag ${word}` }, say(word)), ...term("copy", copy.kind), say(word === "is_copy" ? "kept_is" : "alike_is"), kept, why(copy.reason, copy.similarity, "alike_by"));
  }

  function aboutJoins(model, lines) {
    return lines.slice(1).map((line, place) => {
      const repair = model.seams.get(`${lines[place]}-${line}`);
      return repair ? row(el("span", { class: "tag joined" }, `${lines[place]} ⌢ ${line}`), why(repair.reason, repair.confidence)) : null;
    });
  }

  function aboutSuspicions(model, line) {
    return model.suspectedJoins
      .filter(({ lines }) => lines.includes(line))
      .map((repair) => row(el("span", { class: "tag suspected_joins" }, `${repair.lines.join(" ⌢ ")} ${say("left_alone")}`), why(repair.reason, repair.confidence)));
  }

  function line(model, number) {
    const paragraph = model.ofLine.get(number);
    if (!paragraph) return [row(strong(say("line_no", { no: number })))];
    const at = paragraph.lines.indexOf(number);
    const near = paragraph.lines.slice(Math.max(0, at - 1), at + 2);
    const change = model.normalised.get(number);
    return [
      row(strong(say("line_no", { no: number })), "→", where(paragraph), el("span", { class: "tag" }, term("role", paragraph.role))),
      paragraph.copy ? aboutCopy(paragraph.copy, "is_copy") : null,
      ...paragraph.alike.map((copy) => aboutCopy(copy, "is_alike")),
      ...aboutJoins(model, near),
      ...aboutSuspicions(model, number),
      change ? row(el("span", { class: "tag" }, say("normalised")), why(change.reason, null)) : null,
      paragraph.isTruncated && at === paragraph.lines.length - 1 ? row(el("span", { class: "tag truncated" }, say("stops"))) : null,
    ];
  }

  function paragraph(model, shown) {
    return [
      row(strong(where(shown)), el("span", { class: "tag" }, term("role", shown.role)), say("from_lines", { lines: shown.lines.join(", ") })),
      shown.copy ? aboutCopy(shown.copy, "is_copy") : null,
      ...shown.alike.map((copy) => aboutCopy(copy, "is_alike")),
      ...aboutJoins(model, shown.lines.slice(0, 4)),
      shown.isTruncated ? row(el("span", { class: "tag truncated" }, say("stops"))) : null,
    ];
  }

  function seam(model, key) {
    const repair = model.seams.get(key);
    const lines = key.split("-");
    return [row(strong(say("joined", { first: lines[0], second: lines[1] })), repair ? why(repair.reason, repair.confidence) : null)];
  }

  function fact(model, shown) {
    const [value, more] = banmianFacts.tell(shown.kind, shown.known);
    const spans = shown.paragraph ? banmianFacts.onLines(shown.paragraph, shown.start, shown.end, model.lineStarts) : [];
    return [
      row(el("span", { class: `tag k-${shown.kind}` }, el("i", {}), say(`fact_${shown.kind}`)), strong(shown.text), value ? ["=", ...visible(value)] : null),
      row(el("span", { class: "why" }, banmianFacts.remarks([...more, shown.paragraph && where(shown.paragraph), say("from_lines", { lines: spans.map(([number]) => number).join(", ") })]))),
    ];
  }

  return { line, paragraph, seam, fact };
})();
