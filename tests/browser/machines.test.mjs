// What programs read in the pages: Zotero's translators "Embedded Metadata" and "COinS", search engines,
// and readers who cite a page or one of its paragraphs.
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { browse, build, project, publish, serve, sites, temporary, watched } from "./lib.mjs";

const browser = await browse();
const showcase = sites.find((site) => site.name === "showcase");
// With an address, so that everything that needs one is made.
const published = temporary();
cpSync(showcase.folder, published, { recursive: true });
const config = join(published, "explainer.toml");
writeFileSync(config, `base_url = "https://example.org/show/"\nauthors = ["Jane Doe", "Museum of Bread"]\n${readFileSync(config, "utf8")}`);

/**
 * What "Embedded Metadata" reads, after its rules: a name is split at its signs, and where its second
 * or first part is a prefix it knows, the tag is a statement; a tag of Highwire's decides on the type.
 */
function embedded() {
  const prefixes = ["bib", "bibo", "dc", "dcterms", "prism", "foaf", "og", "article", "book", "music", "video", "so"];
  const fields = {
    citation_title: "title", citation_publication_date: "date", citation_inbook_title: "publicationTitle",
    citation_publisher: "publisher", citation_public_url: "url", citation_language: "language",
  };
  const types = {
    citation_journal_title: "journalArticle", citation_book_title: "bookSection",
    citation_inbook_title: "bookSection",
  };
  const item = { creators: [] };
  const statements = {};
  for (const meta of document.querySelectorAll("meta")) {
    const name = meta.getAttribute("name") || meta.getAttribute("property");
    if (!name || !meta.content) continue;
    const parts = name.split(/[.:_]/);
    const prefix = parts.length > 2 && prefixes.includes(parts[1]) ? parts[1] : parts[0];
    if (prefixes.includes(prefix)) {
      statements[name] ??= meta.content;
      continue;
    }
    if (types[name]) item.itemType = types[name];
    if (fields[name]) item[fields[name]] ??= meta.content;
    if (name === "citation_author") item.creators.push(meta.content);
  }
  // What RDF makes of Open Graph, where Highwire's tags don't say it.
  item.itemType ??= { website: "webpage" }[statements["og:type"]] ?? "journalArticle";
  item.title ??= statements["og:title"];
  if (item.itemType === "webpage") item.publicationTitle ??= statements["og:site_name"];
  const references = [...document.querySelectorAll("meta[name=citation_reference]")].map((meta) => meta.content);
  return { item, references };
}

/** What "COinS" finds: spans of the class with a title, each an OpenURL. */
function coins() {
  const spans = [...document.querySelectorAll("span.Z3988[title]")];
  return spans.map((span) => Object.fromEntries(new URLSearchParams(span.title)));
}

const linked = () => [...document.querySelectorAll("script[type='application/ld+json']")].map((s) => JSON.parse(s.textContent));

describe("programs find in the showcase", { timeout: 400_000 }, () => {
  let origin, folder, context;

  before(async () => {
    folder = build({ folder: published });
    // With the policy that hosts are told: what it blocks, the browser reports.
    const policy = readFileSync(join(folder, "_headers"), "utf8").match(/Content-Security-Policy: (.*)/)[1];
    origin = await serve(folder, { headers: { "content-security-policy": policy } });
    ({ context } = await watched(browser, origin));
  });

  const read = async (path, ...functions) => {
    const page = await context.newPage();
    const blocked = [];
    page.on("console", (message) => blocked.push(message.text()));
    await page.goto(`${origin}${path}`);
    const found = [];
    for (const one of functions) found.push(await page.evaluate(one));
    const count = await page.evaluate(() => document.querySelectorAll(".bib-entry").length);
    await page.close();
    assert.deepEqual(blocked, [], "the browser reports something, such as what the policy blocks");
    return [...found, count];
  };

  test("a section as a part of a book, with everything that a citation needs", async () => {
    const [{ item, references }, [data]] = await read("/footnote/the-element/", embedded, linked);
    assert.deepEqual(item, {
      itemType: "bookSection",
      title: "The element that was there",
      creators: ["Jane Doe", "Museum of Bread"],
      date: "2026/11/23",
      publicationTitle: "The footnote that the web left out",
      publisher: "explainer: a showcase",
      url: "https://example.org/show/footnote/the-element/",
      language: "en",
    });
    assert.equal(data["@type"], "ScholarlyArticle");
    assert.equal(data.isPartOf.name, item.publicationTitle);
    assert.equal(data.url, item.url);
    assert.equal(data.datePublished, "2026-11-23");
    assert.deepEqual(data.author.map((author) => author.name), item.creators);
    assert.ok(references.length > 2, references.join("\n"));
    assert.equal(data.citation.length, references.length);
  });

  test("an explainer as a web page", async () => {
    const [{ item }] = await read("/footnote/", embedded);
    assert.equal(item.itemType, "webpage");
    assert.equal(item.publicationTitle, "explainer: a showcase");
  });

  test("all sources of the bibliography, in its page and in its files", async () => {
    const [found, { references }, [data], entries] = await read("/footnote/bibliography/", coins, embedded, linked);
    assert.ok(entries > 10);
    assert.equal(found.length, entries);
    assert.equal(references.length, entries);
    assert.equal(data.citation.length, entries);
    for (const source of found) {
      assert.equal(source.ctx_ver, "Z39.88-2004");
      assert.ok(source["rft.title"] || source["rft.btitle"] || source["rft.atitle"] || source["rft.jtitle"], JSON.stringify(source));
    }
    const page = await context.newPage();
    await page.goto(`${origin}/footnote/bibliography/`);
    const files = await page.$$eval("link[rel=alternate][type]", (links) => links.filter((link) => link.type !== "application/atom+xml").map((link) => [link.type, link.href]));
    const shown = await page.$$eval(".downloads a", (links) => links.map((link) => link.href));
    assert.deepEqual(shown, files.map(([, href]) => href));
    const counted = {
      "application/x-bibtex": (text) => text.match(/^@/gm).length,
      "application/x-research-info-systems": (text) => text.match(/^TY {2}- /gm).length,
      "application/vnd.citationstyles.csl+json": (text) => JSON.parse(text).length,
    };
    const table = files.pop();
    assert.equal(table[0], "text/csv");
    const rows = (await (await page.request.get(table[1])).text()).replace(/^\ufeff/, "").split("\r\n");
    assert.equal(rows[0], '"explainer","section","note","series","state","sentence","keys","locators"');
    let notes = 0;
    for (const path of ["", "the-digit/", "the-element/", "the-workaround/", "in-order/"]) {
      await page.goto(`${origin}/footnote/${path}`);
      notes += await page.locator(".note").count();
    }
    assert.equal(rows.length, notes + 2);
    for (const [type, href] of files) {
      const answer = await page.request.get(href);
      assert.equal(answer.status(), 200, href);
      assert.equal(counted[type](await answer.text()), entries, href);
    }
    await page.close();
  });
});

describe("readers who cite", { timeout: 400_000 }, () => {
  test("copy a citation with a button", async () => {
    const origin = await serve(build({ folder: published }));
    const { context } = await watched(browser, origin);
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
    const page = await context.newPage();
    await page.goto(`${origin}/footnote/the-digit/`);
    await page.click(".cite-page summary");
    await page.click(".cite-styles .copy");
    await page.waitForFunction(() => document.querySelector(".cite-styles .copy").textContent === "Copied");
    const text = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(text, await page.locator(".cite-styles [data-copy]").first().innerText());
    assert.match(text, /Doe, Jane.*“The Digit\.”.*2026.*https:\/\/example\.org\/show\/footnote\/the-digit\//);
    await context.close();
  });

  test("find the paragraph they cited after others have changed", async () => {
    const site = temporary();
    cpSync(join(project, "site"), site, { recursive: true });
    const ids = async () => {
      const origin = await publish({ folder: site });
      const { context } = await watched(browser, origin);
      const page = await context.newPage();
      await page.goto(`${origin}/footnote/the-digit/`);
      const found = await page.$$eval(".prose p[id]", (all) => all.map((p) => p.id));
      const first = await page.$eval(`#${found[2]} > .p-link`, (link) => [link.getAttribute("href"), link.tabIndex]);
      assert.deepEqual(first, [`#${found[2]}`, -1]);
      await context.close();
      return found;
    };
    const before = await ids();
    const file = join(site, "content/footnote/01-the-digit.md");
    const text = readFileSync(file, "utf8");
    const changed = text.replace("Nobody meant to write", "A new paragraph.\n\nNobody at all meant to write");
    assert.notEqual(changed, text);
    writeFileSync(file, changed);
    const now = await ids();
    assert.equal(now.length, before.length + 1);
    const lost = before.filter((id) => !now.includes(id));
    assert.deepEqual(lost, [before[1]]);
  });
});
