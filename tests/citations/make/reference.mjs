// Formats cases with citeproc-js: JSON in on stdin, JSON out on stdout.
//
// In: { style: XML, locales: { LANG: XML }, lang, note: bool, items: [CSL-JSON], cases: [[cluster]] } where a
// cluster is { note, cites: [{ id, label, locator, prefix, suffix, mode }] } and a mode is "", "suppress",
// "author" or "narrative". Out: { cases: for each { clusters: [HTML], bibliography: [[id, HTML]] } }.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const CSL = createRequire(process.cwd() + "/")("citeproc");
const work = JSON.parse(readFileSync(0, "utf8"));
const items = new Map(work.items.map((item) => [item.id, item]));

// One engine for all cases, as it takes two seconds to make for a large style.
const engine = new CSL.Engine(
  {
    retrieveLocale: (lang) => work.locales[lang],
    // An item that prints nothing leaves a gap in the entries but not in their ids: the id goes into the text.
    retrieveItem: (id) => ({ ...structuredClone(items.get(id)), system_id: id }),
    embedBibliographyEntry: (id) => `<!--${id}-->`,
  },
  work.style,
  work.lang,
  true,
);
engine.setOutputFormat("html");

function formatted(clusters) {
  engine.restoreProcessorState([]); // as new
  const citations = clusters.map((cluster, at) => ({
    citationID: `c${at}`,
    citationItems: cluster.cites.map((cite) => ({
      id: cite.id,
      ...(cite.locator && { label: cite.label, locator: cite.locator }),
      ...(cite.prefix && { prefix: cite.prefix }),
      ...(cite.suffix && { suffix: cite.suffix }),
      ...(cite.mode === "suppress" && { "suppress-author": true }),
      ...(cite.mode === "author" && { "author-only": true }),
    })),
    properties: {
      noteIndex: work.note ? cluster.note : 0,
      ...(cluster.cites[0].mode === "narrative" && { mode: "composite" }),
    },
  }));
  const written = new Map();
  for (const [id, , html] of engine.rebuildProcessorState(citations, "html", [])) {
    written.set(id, html);
  }
  const made = engine.makeBibliography();
  const bibliography = [];
  for (const entry of made ? made[1] : []) {
    const marked = /<!--(.*?)-->/.exec(entry);
    if (marked) bibliography.push([marked[1], entry]);
  }
  return { clusters: citations.map((citation) => written.get(citation.citationID)), bibliography };
}

process.stdout.write(JSON.stringify({ cases: work.cases.map(formatted) }));
