// Searches the site. The index lies in pieces in `_search`, each a script that calls the function
// explainerSearch; only what a query needs is loaded. So it works under a policy that allows no more than
// the site's own scripts, and from a disk.
(function () {
  "use strict";
  const form = document.getElementById("page:search");
  const field = document.getElementById("page:query");
  const status = document.getElementById("page:search-status");
  const results = document.getElementById("page:results");
  const more = document.getElementById("page:more");
  if (!form || !field || !status || !results || !more) return;
  const say = form.dataset;
  // The forms of "results" that the language has for numbers; `many` stands for those it lacks.
  const forms = JSON.parse(say.forms);
  const rules = new Intl.PluralRules(document.documentElement.lang || "en");

  // How many results are shown at once, and how many documents are read for a phrase at most.
  const SHOWN = 10;
  const READ = 60;
  // How many forms of a word are looked for, and how many of them whose postings are long.
  const FORMS = 12;
  const LONG = 3;

  // ---- Pieces of the index -------------------------------------------

  const pieces = new Map();
  const waiting = new Map();

  window.explainerSearch = function (name, value) {
    if (waiting.has(name)) waiting.get(name)(value);
  };

  function load(name) {
    if (!pieces.has(name)) {
      pieces.set(name, new Promise(function (resolve, reject) {
        const script = document.createElement("script");
        waiting.set(name, resolve);
        script.src = say.root + "_search/" + name + ".js";
        script.onerror = function () {
          pieces.delete(name);
          reject(new Error(script.src));
        };
        document.head.append(script);
      }));
    }
    return pieces.get(name);
  }

  const fileName = (term) =>
    "w-" + Array.from(term, (c) => (/[a-z0-9]/.test(c) ? c : "_" + c.codePointAt(0).toString(16) + "_")).join("");

  // ---- Words, as src/search/words.rs has them -------------------------

  const WORD = /[\p{Alphabetic}\p{N}\p{M}]+/gu;
  const ACCENT = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/g;
  const UNSPACED = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  const RUN = new RegExp(`[${UNSPACED}]+|[^${UNSPACED}]+`, "gu");
  const IS_UNSPACED = new RegExp(`^[${UNSPACED}]`, "u");
  const PLAIN = { ß: "ss", æ: "ae", œ: "oe", þ: "th", ø: "o", đ: "d", ð: "d", ł: "l", ı: "i", ς: "σ" };

  function fold(word) {
    const bare = word.toLowerCase().normalize("NFKD").replace(ACCENT, "").normalize("NFC");
    return bare.replace(/[ßæœþøđðłıς]/g, (c) => PLAIN[c]).toLowerCase();
  }

  function terms(text) {
    const all = [];
    for (const word of text.match(WORD) || []) {
      for (const run of fold(word).match(RUN) || []) {
        const letters = Array.from(run);
        if (!IS_UNSPACED.test(run)) {
          if (run.length > 1 || /\d/.test(run)) all.push(letters.slice(0, 24).join(""));
        } else if (letters.length === 1) {
          all.push(run);
        } else {
          for (let at = 1; at < letters.length; at += 1) all.push(letters[at - 1] + letters[at]);
        }
      }
    }
    return all;
  }

  // ---- Forms of a word -------------------------------------------------

  // What words of English, German, French, Spanish and Russian end in when they are inflected. Two words
  // are forms of one if nothing but such endings tells them apart.
  const ENDINGS = new Set((
    "s es ed d er ers r ing ings ly y ies ied e ion ions ation ations ment ments al als ally ity ian ians " +
    "n en ern em et st te ten ung ungen isch ische ischen ischer isches " +
    "x eux euse ee ees ent ait aient ant ants ante antes if ive ifs ives ique iques " +
    "a o as os an ar ado ada ados adas ando cion ciones ico ica icos icas " +
    "а я ы и у ю е о ь ои еи ом ем ам ям ами ями ах ях ов ев ыи ии ая яя ое ее ые ие ого его ому ему ых их " +
    "ым им ыми ими ую юю ская ского ское ские скои скии л ла ло ли т ет ит ут ют ат ят ть"
  ).split(" "));

  // How near a term is to a word of the query: 1 if it is the same, 0 if it is another word.
  function nearness(word, term) {
    if (word === term) return 1;
    if (word.length < 3 || IS_UNSPACED.test(word)) return IS_UNSPACED.test(word) && term.startsWith(word) ? 0.5 : 0;
    let same = 0;
    while (same < word.length && word[same] === term[same]) same += 1;
    const end = word.slice(same);
    const other = term.slice(same);
    if (!end) return ENDINGS.has(other) ? 0.8 : 0.6 * (word.length / term.length);
    if (!ENDINGS.has(end)) return 0;
    if (!other) return same > 2 ? 0.7 : 0;
    const silent = (end === "e" && other === "ing") || (end === "ing" && other === "e");
    return ENDINGS.has(other) && (same > 3 || (same > 2 && silent)) ? 0.5 : 0;
  }

  // The letters that all forms of a word begin with.
  function beginning(word) {
    const letters = Array.from(word);
    if (IS_UNSPACED.test(word)) return word;
    return letters.slice(0, Math.max(3, letters.length - 5)).join("");
  }

  // By code points, as the index is sorted.
  function before(a, b) {
    const [x, y] = [Array.from(a), Array.from(b)];
    for (let at = 0; at < x.length && at < y.length; at += 1) {
      if (x[at] !== y[at]) return x[at].codePointAt(0) < y[at].codePointAt(0);
    }
    return x.length < y.length;
  }

  // The postings of a word's forms: which documents have it, and how much it counts there.
  async function find(about, word, exactly) {
    const start = exactly ? word : beginning(word);
    const names = about.starts.filter(function (first, at) {
      const next = about.starts[at + 1];
      const reaches = next === undefined || before(start, next);
      return reaches && (!before(start, first) || (!exactly && first.startsWith(start)));
    });
    const forms = [];
    for (const piece of await Promise.all(names.map((first) => load("terms/" + fileName(first))))) {
      for (const [term, postings] of Object.entries(piece)) {
        const near = exactly ? Number(term === word) : nearness(word, term);
        if (near > 0) forms.push({ term, postings, near });
      }
    }
    forms.sort((a, b) => b.near - a.near || a.term.length - b.term.length);
    let long = 0;
    const chosen = forms.slice(0, FORMS).filter((form) => typeof form.postings === "string" || (long += 1) <= LONG);
    const found = new Map();
    await Promise.all(chosen.map(async function (form) {
      const postings = typeof form.postings === "string" ? form.postings : await load("word/" + fileName(form.term));
      let document = -1;
      for (const [, distance, weight] of postings.matchAll(/([0-9a-z]*)([A-Z])/g)) {
        document += distance ? parseInt(distance, 36) : 1;
        const counts = (form.near * (weight.charCodeAt(0) - 64)) / 26;
        if (counts > (found.get(document) || 0)) found.set(document, counts);
      }
    }));
    return found;
  }

  // ---- Queries ----------------------------------------------------------

  // Words, "phrases", and -words that no result may have.
  function parse(query) {
    const wanted = [];
    const phrases = [];
    const without = [];
    for (const [, minus, phrase, word] of query.replace(/[“”„«»]/g, '"').matchAll(/(?:(?<!\S)(-))?(?:"([^"]*)"?|([^\s"]+))/g)) {
      const list = terms(phrase === undefined ? word : phrase);
      if (minus) without.push(...list);
      else if (phrase !== undefined && list.length > 1) phrases.push(list);
      else wanted.push(...list);
    }
    return { wanted: Array.from(new Set(wanted)), phrases, without };
  }

  // The documents that have all words, or else some of them; the best first.
  async function rank(about, query) {
    const exact = new Set(query.phrases.flat());
    const words = query.wanted.concat(Array.from(exact).filter((word) => !query.wanted.includes(word)));
    const lists = await Promise.all(words.map((word) => find(about, word, exact.has(word) && !query.wanted.includes(word))));
    const unwanted = await Promise.all(query.without.map((word) => find(about, word, true)));
    const ranked = new Map();
    for (const list of lists) {
      const rare = Math.log(1 + about.documents / (list.size + 0.5));
      for (const [document, counts] of list) {
        const sum = ranked.get(document) || { document, words: 0, score: 0 };
        sum.words += 1;
        sum.score += counts * rare;
        ranked.set(document, sum);
      }
    }
    const left = Array.from(ranked.values()).filter((one) => !unwanted.some((list) => list.has(one.document)));
    const most = left.reduce((most, one) => Math.max(most, one.words), 0);
    const best = left.filter((one) => one.words === most).sort((a, b) => b.score - a.score || a.document - b.document);
    return { documents: best.map((one) => one.document), all: most === words.length, words };
  }

  async function read(about, document) {
    const at = document < about.pages ? 0 : (document - about.pages) % about.sources;
    return (await load("text/" + (document - at)))[at];
  }

  // ---- What of a document is shown ---------------------------------------

  // Where the words of a query stand in a text: from, to, and which word.
  function places(text, words) {
    const found = [];
    for (const match of text.matchAll(WORD)) {
      const folded = fold(match[0]);
      words.forEach(function (word, which) {
        if (IS_UNSPACED.test(word)) {
          const at = folded.indexOf(word);
          if (at < 0) return;
          const same = folded.length === match[0].length;
          const from = match.index + (same ? at : 0);
          found.push({ from, to: same ? from + word.length : match.index + match[0].length, which });
        } else if (nearness(word, Array.from(folded).slice(0, 24).join("")) > 0) {
          found.push({ from: match.index, to: match.index + match[0].length, which });
        }
      });
    }
    return found;
  }

  function hasPhrase(text, phrase) {
    const all = terms(text);
    return all.some((_, at) => phrase.every((term, next) => all[at + next] === term));
  }

  // The blocks of a document with the query's words in them; none if it lacks a phrase.
  function hits(document, query, words) {
    const blocks = document.blocks.map(([kind, anchor, text, label]) => ({ kind, anchor, text, label }));
    const lacks = (phrase) => !blocks.some((block) => hasPhrase(block.text, phrase));
    if (query.phrases.some(lacks)) return null;
    for (const block of blocks) {
      block.places = places(block.text, words);
      block.count = new Set(block.places.map((place) => place.which)).size;
      block.score = block.count * 10 + Math.min(block.places.length, 4) / 2 + (block.kind === 1 ? 1 : 0);
      block.score += 10 * query.phrases.filter((phrase) => hasPhrase(block.text, phrase)).length;
    }
    const found = blocks.filter((block) => block.count > 0).sort((a, b) => b.score - a.score);
    const text = found.find((block) => block.kind !== 2);
    const best = found.length ? found[0].count : 0;
    const notes = found.filter((block) => block.kind === 2 && block.count === best);
    const once = notes.filter((note, at) => notes.findIndex((other) => other.anchor === note.anchor) === at);
    return { entry: blocks[0], text: text && text.count === best ? text : null, notes: once.slice(0, 3) };
  }

  // The sentence around the first place, more where it is short and less where it is long, with all
  // places in it marked; or the text from its beginning.
  function excerpt(block, whole) {
    const { text, places } = block;
    const first = places.length ? places[0] : { from: 0, to: 0 };
    const ends = Array.from(text.matchAll(/[.!?…]["”’»)]*\s+|[。！？]/g), (end) => end.index + end[0].length);
    let from = whole ? 0 : ends.filter((end) => end <= first.from).pop() || 0;
    if (!whole && first.from - from > 120) from = text.lastIndexOf(" ", first.from - 80) + 1 || first.from - 80;
    let to = whole ? text.length : ends.find((end) => end >= first.to && end - from > 140) || text.length;
    if (to - from > 320) {
      const space = text.indexOf(" ", from + 290);
      to = space < 0 || space > from + 320 ? from + 320 : space;
    }
    const parts = document.createDocumentFragment();
    if (from > 0) parts.append("… ");
    let at = from;
    for (const place of places) {
      if (place.from < at || place.to > to) continue;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(place.from, place.to);
      parts.append(text.slice(at, place.from), mark);
      at = place.to;
    }
    parts.append(text.slice(at, to).trimEnd());
    if (to < text.length) parts.append(" …");
    return parts;
  }

  function element(name, style, ...children) {
    const made = document.createElement(name);
    if (style) made.className = style;
    made.append(...children);
    return made;
  }

  function link(url, anchor, ...children) {
    const made = element("a", "", ...children);
    made.href = say.root + url + (anchor ? "#" + encodeURI(anchor) : "");
    return made;
  }

  function result(one, found) {
    const item = element("li", "result");
    const kind = say[one.kind] + (one.number ? " " + one.number : "");
    item.append(element("p", "result-kind", one.explainer ? kind + " · " + one.explainer : kind));
    if (one.kind === "source") {
      // The entry itself is the link; what is said about it comes below.
      item.append(element("h2", "result-title result-source", link(one.url, "", excerpt(found.entry, true))));
      if (found.text && found.text !== found.entry) item.append(element("p", "result-text", excerpt(found.text)));
    } else {
      const anchor = found.text ? found.text.anchor : "";
      item.append(element("h2", "result-title", link(one.url, anchor, one.title)));
      if (found.text) item.append(element("p", "result-text", excerpt(found.text)));
    }
    if (found.notes.length) {
      const list = element("ul", "result-notes");
      list.setAttribute("role", "list");
      for (const note of found.notes) {
        const name = link(one.url, note.anchor, say.note.replace("{label}", note.label));
        list.append(element("li", "", name, " ", element("span", "result-text", excerpt(note))));
      }
      item.append(list);
    }
    item.dir = "auto";
    return item;
  }

  // ---- The page -----------------------------------------------------------

  let newest = 0;

  function tell(text) {
    status.textContent = text;
  }

  function clear() {
    results.replaceChildren();
    more.hidden = true;
    tell("");
  }

  async function search() {
    const mine = (newest += 1);
    const query = parse(field.value);
    if (!query.wanted.length && !query.phrases.length) return clear();
    const about = await load("index");
    const ranked = await rank(about, query);
    let left = ranked.documents;
    let count = left.length;
    let least = false;
    if (query.phrases.length) {
      // Whether a document has the words side by side only its text can tell.
      least = left.length > READ;
      const all = await Promise.all(left.slice(0, READ).map(async (document) => [document, await read(about, document)]));
      left = all.filter(([, one]) => hits(one, query, ranked.words)).map(([document]) => document);
      if (!ranked.all) left = [];
      count = left.length;
    }
    let shown = 0;

    async function show() {
      const next = left.slice(shown, shown + SHOWN);
      const read_ = await Promise.all(next.map((document) => read(about, document)));
      if (mine !== newest) return null;
      const items = read_.map((one) => result(one, hits(one, query, ranked.words)));
      results.append(...items);
      shown += next.length;
      more.hidden = shown >= left.length;
      return items[0];
    }

    const before = Array.from(results.children);
    if (mine !== newest) return;
    await show();
    if (mine !== newest) return;
    before.forEach((old) => old.remove());
    const words = count === 0 ? say.none : least ? say.least : (forms[rules.select(count)] || forms.many);
    tell((count > 0 && !ranked.all ? say.some + " " : "") + words.replace("{n}", count));
    more.onclick = async function () {
      const first = await show();
      if (first) first.querySelector("a").focus();
    };
  }

  function start() {
    search().catch(() => {
      clear();
      tell(say.failed);
    });
  }

  // The address follows the query, so that it can be shared; on a disk browsers don't allow it.
  function address() {
    const url = new URL(location.href);
    if (field.value.trim()) url.searchParams.set("q", field.value);
    else url.searchParams.delete("q");
    try {
      history.replaceState(null, "", url);
    } catch (e) {}
  }

  let timer = 0;

  field.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(function () {
      address();
      start();
    }, 150);
  });

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    clearTimeout(timer);
    address();
    start();
  });

  // Down and up go through the links of the results; Escape clears, or leads back to the field.
  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const links = Array.from(results.querySelectorAll("a"));
    const at = links.indexOf(document.activeElement);
    const inside = at >= 0 || document.activeElement === field;
    if (!inside) return;
    if (event.key === "Escape") {
      if (at >= 0) field.focus();
      else {
        field.value = "";
        address();
        start();
      }
    } else if (event.key === "ArrowDown" && at + 1 < links.length) links[at + 1].focus();
    else if (event.key === "ArrowUp" && at >= 0) (at > 0 ? links[at - 1] : field).focus();
    else return;
    event.preventDefault();
  });

  form.hidden = false;
  field.value = new URLSearchParams(location.search).get("q") || "";
  if (!location.hash) field.focus();
  if (field.value) start();
})();
