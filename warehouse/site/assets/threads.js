// The threads between the panes: a ribbon from each raw line to the words that it became, and dashed arcs between lines
// that may belong together. Places are measured once per layout and only moved when a pane scrolls.
"use strict";

const banmianThreads = (() => {
  const { svg } = banmian;
  let ends = [];
  let arcs = [];
  let hot = new Set();
  let pending = 0;
  const get = (id) => document.getElementById(id);

  function extent(element, pane) {
    const box = element.getBoundingClientRect();
    const shift = pane.scrollTop - pane.getBoundingClientRect().top;
    return [box.top + shift, box.bottom + shift];
  }

  // links: {line, from: element, to: element, kind, key}; pairs: {a: element, b: element, kind, key}
  function measure(links, pairs) {
    const [raw, articles] = [get("raw"), get("articles")];
    const known = new Map();
    const place = (element, pane) => {
      if (!known.has(element)) known.set(element, extent(element, pane));
      return known.get(element);
    };
    ends = links.map((link) => ({ ...link, left: place(link.from, raw), right: place(link.to, articles) }));
    arcs = pairs.map((pair) => ({ ...pair, first: place(pair.a, raw), second: place(pair.b, raw) }));
    draw();
  }

  function ribbon(width, [a, b], [c, d]) {
    const bend = width * 0.5;
    return (
      `M0,${a.toFixed(1)}C${bend},${a.toFixed(1)} ${width - bend},${c.toFixed(1)} ${width},${c.toFixed(1)}` +
      `L${width},${d.toFixed(1)}C${width - bend},${d.toFixed(1)} ${bend},${b.toFixed(1)} 0,${b.toFixed(1)}Z`
    );
  }

  function draw() {
    pending = 0;
    const canvas = get("threads");
    const { width, height } = canvas.getBoundingClientRect();
    if (!width || !height) return;
    canvas.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const [up, across] = [get("raw").scrollTop, get("articles").scrollTop];
    const inside = ([top, bottom]) => bottom > 0 && top < height;
    const shapes = [];
    for (const end of ends) {
      const left = [end.left[0] - up + 3, end.left[1] - up - 3];
      const right = [end.right[0] - across + 1, end.right[1] - across - 1];
      if (!inside(left) && !inside(right)) continue;
      const classes = `thread ${end.kind}${hot.has(end.key) ? " is-hot" : ""}${hot.size && !hot.has(end.key) ? " is-faint" : ""}`;
      shapes.push([hot.has(end.key), svg("path", { class: classes, d: ribbon(width, left, right) })]);
    }
    for (const arc of arcs) {
      const [a, b] = [arc.first, arc.second].map(([top, bottom]) => (top + bottom) / 2 - up);
      if (Math.max(a, b) < 0 || Math.min(a, b) > height) continue;
      const bulge = Math.min(width * 0.7, 16 + Math.abs(b - a) * 0.2);
      const d = `M1,${a.toFixed(1)}C${bulge},${a.toFixed(1)} ${bulge},${b.toFixed(1)} 1,${b.toFixed(1)}`;
      shapes.push([true, svg("path", { class: `arc ${arc.kind}${hot.has(arc.key) ? " is-hot" : ""}`, d })]);
    }
    shapes.sort(([a], [b]) => Number(a) - Number(b));
    canvas.replaceChildren(...shapes.map(([, shape]) => shape));
  }

  function redraw() {
    pending ||= requestAnimationFrame(draw);
  }

  function heat(keys) {
    hot = keys;
    redraw();
  }

  // Where the other pane has to stand so that what is in view on both sides is the same: the median over the visible links,
  // since single lines may lead far away.
  function counterpart(leader) {
    const isRaw = leader.id === "raw";
    const { scrollTop, clientHeight } = leader;
    const wanted = [];
    for (const end of ends) {
      const [here, there] = isRaw ? [end.left, end.right] : [end.right, end.left];
      const y = here[0] - scrollTop;
      if (y > -20 && y < clientHeight * 0.7) wanted.push(there[0] - y);
    }
    wanted.sort((a, b) => a - b);
    return wanted.length ? wanted[Math.floor(wanted.length / 2)] : null;
  }

  return { measure, redraw, heat, counterpart };
})();
