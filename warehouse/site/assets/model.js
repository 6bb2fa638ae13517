// What the data of a page says, put together by line, paragraph and article.
"use strict";

const banmianModel = (() => {
  function make(page) {
    const paragraphs = new Map();
    for (const [no, role, text, lines, isTruncated] of page.paragraphs) {
      paragraphs.set(no, {
        no, role, lines, isTruncated, text, chars: Array.from(text), pieces: [], article: null, part: null, copy: null, alike: [], facts: [],
      });
    }
    for (const piece of page.pieces) paragraphs.get(piece[0])?.pieces.push(piece);
    const ofLine = new Map();
    for (const paragraph of paragraphs.values()) for (const line of paragraph.lines) ofLine.set(line, paragraph);
    for (const article of page.articles) {
      article.facts = [];
      for (const [no, part] of article.parts) {
        const paragraph = paragraphs.get(no);
        if (paragraph) Object.assign(paragraph, { article, part });
      }
    }
    for (const [no, keptPage, keptSource, keptNo, kind, similarity, reason, isSuspected] of page.copies) {
      const paragraph = paragraphs.get(no);
      const copy = { no, keptPage, keptSource, keptNo, kind, similarity, reason, isHere: keptPage === page.id };
      if (!paragraph) continue;
      if (isSuspected) paragraph.alike.push(copy);
      else paragraph.copy = copy;
    }
    const seams = new Map(); // "12-14": the repair that joined them
    const suspectedJoins = [];
    const normalised = new Map();
    for (const [kind, lines, reason, confidence, isApplied] of page.repairs) {
      const repair = { kind, lines, reason, confidence, isApplied };
      if (kind === "normalise") for (const line of lines) normalised.set(line, repair);
      else if (!isApplied && reason.startsWith("inside a removed copy")) continue; // undone with the copy, and no doubt
      else if (!isApplied) suspectedJoins.push(repair);
      else for (let place = 1; place < lines.length; place += 1) seams.set(`${lines[place - 1]}-${lines[place]}`, repair);
    }
    const ofNumber = new Map(page.articles.map((article) => [article.no, article]));
    const facts = page.facts.map(([kind, articleNo, no, start, end, known], index) => {
      const paragraph = paragraphs.get(no);
      const fact = { index, kind, paragraph, start, end, known, text: paragraph ? paragraph.chars.slice(start, end).join("") : "" };
      paragraph?.facts.push(fact);
      ofNumber.get(articleNo)?.facts.push(fact);
      return fact;
    });
    return {
      page, paragraphs, ofLine, seams, suspectedJoins, normalised, facts,
      lineStarts: new Map(page.lines.map(([number, start]) => [number, start])),
      lineTexts: new Map(page.lines.map(([number, , text]) => [number, text])),
    };
  }

  // The line that gave each character of a paragraph, as runs [line, start, end] in the order of the text.
  function runs(paragraph) {
    const found = [];
    for (const [, line, start, end] of paragraph.pieces) {
      const last = found.at(-1);
      if (last && last[0] === line) last[2] = Math.max(last[2], end);
      else found.push([line, last ? last[2] : 0, end]);
    }
    if (!found.length) found.push([paragraph.lines[0] ?? 0, 0, paragraph.chars.length]);
    found.at(-1)[2] = paragraph.chars.length;
    return found;
  }

  // What is unsure on the page, in reading order: ids of the elements to look at.
  function doubts(model) {
    const found = [];
    for (const { lines } of model.suspectedJoins) found.push([lines[0], `l${lines[0]}`]);
    for (const paragraph of model.paragraphs.values()) {
      if (paragraph.alike.length || paragraph.isTruncated) found.push([paragraph.lines[0], `p${paragraph.no}`]);
    }
    for (const article of model.page.articles) {
      const first = model.paragraphs.get(article.parts[0]?.[0]);
      if (first && article.links.some(([relation]) => relation === "alike")) found.push([first.lines[0], `p${first.no}`]);
    }
    const ids = found.sort((a, b) => a[0] - b[0]).map(([, id]) => id);
    return [...new Set(ids)];
  }

  return { make, runs, doubts };
})();
