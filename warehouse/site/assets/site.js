// What every page of the report shares: the two languages, the loading of data, and the only ways in which text becomes a part
// of the page. Text of a newspaper is hostile: it is put in as text nodes, never as HTML.
"use strict";

const banmian = (() => {
  const LANGUAGE_KEY = "banmian-language";
  const waiting = new Map();
  let words = {};
  let language = "en";

  // ---- data: a script per file calls receive(), since a page opened from a folder may not fetch ----

  const policy = window.trustedTypes?.createPolicy("banmian", {
    createScriptURL: (url) => {
      if (/^(?:pages\/[\w-]+|list-\d+)\.js$/.test(url)) return url;
      throw new TypeError("not a script of the report");
    },
  });

  function receive(kind, name, known) {
    if (kind === "words") {
      words = known;
      return;
    }
    const key = `${kind} ${name}`;
    waiting.get(key)?.(known);
    waiting.delete(key);
  }

  function load(kind, name, url) {
    return new Promise((resolve, reject) => {
      waiting.set(`${kind} ${name}`, resolve);
      const script = document.createElement("script");
      script.addEventListener("load", () => script.remove());
      script.addEventListener("error", () => {
        script.remove();
        reject(new Error(url));
      });
      script.charset = "utf-8";
      script.src = policy ? policy.createScriptURL(url) : url;
      document.head.append(script);
    });
  }

  const loadPage = (id) => (/^[\w-]{1,64}$/.test(id) ? load("page", id, `pages/${id}.js`) : Promise.reject(new Error("id")));
  const loadList = (number) => load("list", String(number), `list-${number}.js`);

  // ---- text ----

  const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;
  const HIDDEN_OR_NOT = /([\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}])/u;

  // Characters that cannot be seen, or that change the direction of what follows, are shown by their number.
  function visible(text) {
    if (!HIDDEN.test(text)) return [text];
    return text
      .split(HIDDEN_OR_NOT)
      .filter((piece) => piece !== "")
      .map((piece) => {
        if (!HIDDEN.test(piece)) return piece;
        const number = piece.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
        return el("span", { class: "hidden-char", title: `U+${number}` }, `U+${number}`);
      });
  }

  function el(tag, attributes, ...children) {
    const element = document.createElement(tag);
    return fill(element, attributes, children);
  }

  function svg(tag, attributes, ...children) {
    return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  }

  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (value === undefined || value === null || value === false) continue;
      element.setAttribute(name, value === true ? "" : String(value));
    }
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
    return element;
  }

  // ---- words ----

  function say(key, values) {
    const pair = words[key];
    if (!pair) return key;
    return pair[language === "zh" ? 1 : 0].replace(/\{(\w+)\}/g, (whole, name) => values?.[name] ?? whole);
  }

  // A word out of a list that the warehouse keeps: one that the dictionary does not have is shown as it stands.
  const term = (group, value) => (`${group}_${value}` in words ? [say(`${group}_${value}`)] : visible(String(value)));

  // The rules give their reasons in English, as phrases parted by "; "; those that the dictionary has are said in Chinese too.
  function sayReason(reason) {
    if (language !== "zh") return reason;
    return reason
      .split(/; |: (?=\D)|, (?=printed )/)
      .map((phrase) => {
        const numbers = [];
        const key = phrase.replace(/\d+(?:\.\d+)?/g, (number) => {
          numbers.push(number);
          return "#";
        });
        const known = words[`reason_${key}`] ?? words[`reason_${key.replace("lines", "line")}`];
        return known ? known[1].replace(/#/g, () => numbers.shift() ?? "") : phrase;
      })
      .join("；");
  }

  const count = (number) => Number(number).toLocaleString("en-US");
  const certainty = (share) => `${Math.round(share * 100)}%`;

  const listeners = [];
  function whenLanguageChanges(listener) {
    listeners.push(listener);
  }

  function translate() {
    document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
    for (const element of document.querySelectorAll("[data-t]")) element.textContent = say(element.dataset.t);
    for (const element of document.querySelectorAll("[data-t-label]")) element.setAttribute("aria-label", say(element.dataset.tLabel));
    for (const element of document.querySelectorAll("[data-t-hint]")) element.setAttribute("placeholder", say(element.dataset.tHint));
    for (const element of document.querySelectorAll("[data-reason]")) {
      element.dataset.reason ||= element.textContent;
      element.textContent = sayReason(element.dataset.reason);
    }
    for (const element of document.querySelectorAll("#language [data-for]")) element.hidden = element.dataset.for !== language;
  }

  function stored(storage, key, value) {
    try {
      if (value === undefined) return storage().getItem(key);
      storage().setItem(key, value);
    } catch {
      // A browser may refuse storage to a file; the report does without.
    }
    return null;
  }

  // ---- keys that work everywhere ----

  const keys = new Map();
  function onKey(key, act) {
    keys.set(key, act);
  }

  function onKeyDown(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const act = keys.get(event.key);
    if (act && act(event) !== false) event.preventDefault();
  }

  function start() {
    language = stored(() => localStorage, LANGUAGE_KEY) ?? (navigator.language?.toLowerCase().startsWith("zh") ? "zh" : "en");
    translate();
    document.getElementById("language").addEventListener("click", () => {
      language = language === "zh" ? "en" : "zh";
      stored(() => localStorage, LANGUAGE_KEY, language);
      translate();
      for (const listener of listeners) listener();
    });
    const dialog = document.getElementById("keys");
    const help = () => dialog.showModal();
    document.getElementById("help").addEventListener("click", help);
    onKey("?", help);
    onKey("o", () => location.assign("index.html"));
    onKey("l", () => location.assign("pages.html"));
    if (!document.getElementById("search")) onKey("/", () => location.assign("pages.html#search"));
    document.addEventListener("keydown", onKeyDown);
  }

  document.addEventListener("DOMContentLoaded", start);
  return {
    receive, loadPage, loadList, visible, el, svg, say, term, sayReason, count, certainty, whenLanguageChanges, onKey,
    remember: (key, value) => stored(() => sessionStorage, key, value),
    recall: (key) => stored(() => sessionStorage, key),
    isChinese: () => language === "zh",
  };
})();
