// Facts of a page: their rows, and where they stand in the paragraphs and on the raw lines.
"use strict";

const banmianFacts = (() => {
  const { el, visible, say } = banmian;
  const KINDS = ["amount", "project", "project_group", "person", "organization", "place", "date", "count"];

  // 1250000000.00 -> 1,250,000,000, and in Chinese 12.5亿: with strings, since a sum may have more digits than a double.
  function money(value, currency) {
    const plain = value.replace(/\.?0+$/, (zeros) => (value.includes(".") ? "" : zeros));
    const [whole, rest = ""] = plain.split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? `.${rest}` : "");
    const unit = whole.length > 8 ? ["亿", 8] : whole.length > 4 ? ["万", 4] : null;
    if (!banmian.isChinese() || !unit) return `${grouped} ${currency ?? ""}`.trim();
    const places = (whole.slice(-unit[1]) + rest).replace(/0+$/, "");
    return `${whole.slice(0, -unit[1])}${places ? `.${places}` : ""}${unit[0]} ${currency ?? ""}`.trim();
  }

  const number = (value) => value.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
  const word = (group, value) => (value ? banmian.term(group, value) : null);

  // What is known of a fact, as [value, further remarks].
  function tell(kind, known) {
    const sum = known.value ? money(known.value, known.currency) : null;
    switch (kind) {
      case "amount":
        return [
          known.value_max ? `${sum} – ${money(known.value_max, known.currency)}` : sum,
          [word("qualifier", known.qualifier === "exact" ? null : known.qualifier), known.what],
        ];
      case "project":
        return [sum, [known.place, word("status", known.status)]];
      case "project_group":
        return [[known.count && `${known.count} ${say("projects")}`, sum].filter(Boolean).join(" · "), [known.what, word("status", known.status)]];
      case "person":
        return [known.titles.join("、"), []];
      case "place":
        return [known.path !== known.name ? known.path : null, [known.mentions > 1 && say("mentions", { count: known.mentions })]];
      case "organization":
        return [null, [known.mentions > 1 && say("mentions", { count: known.mentions })]];
      case "date":
        return [known.iso, [known.from && say("resolved_from", { from: known.from })]];
      default:
        return [`${number(known.number)} ${known.unit}`, [word("qualifier", known.qualifier === "exact" ? null : known.qualifier)]];
    }
  }

  // The remarks as what can be put into an element, parted by middle dots.
  function remarks(list) {
    return list.filter(Boolean).flatMap((each, place) => [place ? " · " : "", Array.isArray(each) ? each : visible(String(each))]);
  }

  function table(facts) {
    const head = el("tr", {}, ["kind", "as_printed", "value", "remarks"].map((word) => el("th", { scope: "col" }, say(word))));
    const rows = facts.map((fact) => {
      const [value, more] = tell(fact.kind, fact.known);
      return el(
        "tr", { "data-fact": fact.index, class: `k-${fact.kind}`, tabindex: "-1" },
        el("th", { scope: "row" }, el("i", {}), say(`fact_${fact.kind}`)),
        el("td", { lang: "zh-Hans" }, visible(fact.text)),
        el("td", {}, visible(value ?? "")),
        el("td", {}, remarks(more)),
      );
    });
    return el("table", {}, el("thead", {}, head), el("tbody", {}, rows));
  }

  // The characters of the page from which paragraph[start:end] was made: [line, start, end] in the text of the line.
  function onLines(paragraph, start, end, lineStarts) {
    const spans = [];
    for (const [, line, from, to, rawFrom, rawTo] of paragraph.pieces) {
      const first = Math.max(start, from);
      const last = Math.min(end, to);
      if (first >= last && !(from === to && from > start && from < end)) continue;
      const isEqual = to - from === rawTo - rawFrom;
      const shift = rawFrom - lineStarts.get(line);
      const span = isEqual ? [line, first - from + shift, last - from + shift] : [line, shift, shift + rawTo - rawFrom];
      const previous = spans.at(-1);
      if (previous && previous[0] === line && previous[2] >= span[1]) previous[2] = Math.max(previous[2], span[2]);
      else spans.push(span);
    }
    return spans;
  }

  return { KINDS, tell, remarks, table, onLines };
})();
