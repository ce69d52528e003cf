// The head of all pages, indexes, translations and changes: links that lead both ways, counted from the
// built pages themselves.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { browse, crawl, publish, sites, watched } from "./lib.mjs";

const browser = await browse();

/** Runs in the browser: what the pages, read without being opened, say of indexes and languages. */
const read = (pages) =>
  pages.map(({ url, text }) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const base = page.createElement("base");
    base.href = url;
    page.head.prepend(base);
    const all = (selector, of = page) => [...of.querySelectorAll(selector)];
    return {
      url,
      // The words that lead into an index. Where a note is repeated on a page of others, they have no id.
      words: all("main a.indexed[id]").map((link) => ({ place: `${url}#${link.id}`, entry: link.href })),
      // The entries of an index, each with the places and pages that it leads to.
      entries: all(".index-entry").map((entry) => ({
        entry: `${url}#${entry.id}`,
        name: entry.querySelector(".index-name").textContent,
        // A page with several places is led to by its title, too, which is the first of them.
        places: all(".index-places > li", entry).flatMap((li) => {
          const marks = all(".index-mark", li);
          return (marks.length > 0 ? marks : all("a", li).slice(0, 1)).map((link) => link.href);
        }),
      })),
      said: all(".indexed-under a").map((link) => ({ page: url, entry: link.href, name: link.textContent })),
      languages: all(".translations a").map((link) => ({
        from: url,
        to: link.href,
        language: link.hreflang,
        said: link.lang,
        name: link.textContent,
        own: page.querySelector("main").lang || page.documentElement.lang,
      })),
    };
  });

const plain = (url) => decodeURIComponent(url);

for (const site of sites) {
  describe(`the indexes of the ${site.name}`, { timeout: 300_000 }, () => {
    let pages;

    before(async () => {
      const origin = await publish(site);
      const { context } = await watched(browser, origin);
      const tab = await context.newPage();
      await tab.goto(origin);
      pages = await tab.evaluate(read, (await crawl(context, origin)).pages.map(({ url, text }) => ({ url, text })));
      await context.close();
    });

    test("list every word that leads to them, and nothing else", () => {
      // The page for printing repeats the words of the others, under ids of its own.
      const words = pages.filter(({ url }) => !url.endsWith("/print/")).flatMap(({ words }) => words);
      const entries = pages.flatMap(({ entries }) => entries);
      const from = words.map(({ place, entry }) => plain(`${entry} < ${place}`)).sort();
      const back = entries.flatMap(({ entry, places }) =>
        places.filter((place) => place.includes("#")).map((place) => plain(`${entry} < ${place}`)),
      );
      assert.ok(from.length > 2, "words lead to them");
      assert.deepEqual(back.sort(), from);
    });

    test("are led to by what a page says of itself, and lead back", () => {
      const said = pages.flatMap(({ said }) => said);
      assert.ok(said.length > 0, "pages say what they are about");
      const entries = new Map(pages.flatMap(({ entries }) => entries.map((entry) => [plain(entry.entry), entry])));
      for (const { page, entry, name } of said) {
        const there = entries.get(plain(entry));
        assert.equal(there?.name, name, entry);
        assert.ok(there.places.some((place) => place.split("#")[0] === page), `${entry} doesn't lead back to ${page}`);
      }
    });

    test("translations name each other, and not the page's own language", () => {
      const found = pages.flatMap(({ languages }) => languages);
      for (const { from, to, language, said, own } of found) {
        assert.equal(said, language);
        assert.notEqual(language, own);
        assert.ok(found.some((other) => other.from === to && other.to === from), `${to} doesn't lead back to ${from}`);
      }
      if (site.name === "fixture") {
        assert.deepEqual(found.map(({ language, name }) => `${language} ${name}`).sort(), ["de Deutsch", "en English"]);
      }
    });
  });
}

test("the menu and the logo are the author's, on every page", { timeout: 120_000 }, async () => {
  const site = sites.find(({ name }) => name === "fixture");
  const origin = await publish(site);
  const { context } = await watched(browser, origin);
  const tab = await context.newPage();
  for (const [path, current] of [["/", []], ["/mill/wheel/", []], ["/about/", ["About"]], ["/index/people/", ["The people"]], ["/404.html", []]]) {
    await tab.goto(origin + path);
    const head = await tab.evaluate(() => ({
      menu: [...document.querySelectorAll(".running-nav a")].map((link) => [link.textContent, link.href]),
      current: [...document.querySelectorAll(".running-nav [aria-current]")].map((link) => link.textContent),
      logo: (({ naturalWidth, height, alt }) => ({ there: naturalWidth > 0, low: height < 48, alt }))(document.querySelector(".logo")),
    }));
    assert.deepEqual(head.menu, [
      ["About", `${origin}/about/`],
      ["The people", `${origin}/index/people/`],
      ["The weir", `${origin}/mill/wheel/#the-weir`],
      ["Elsewhere", "https://example.org/"],
    ]);
    assert.deepEqual(head.current, current, path);
    assert.deepEqual(head.logo, { there: true, low: true, alt: "" }, path);
  }
  const stone = (await crawl(context, origin)).pages.find(({ text }) => text.includes('class="changes"'));
  await tab.goto(stone.url);
  assert.deepEqual(await tab.$$eval(".changes :is(dt, dd)", (all) => all.map((e) => e.textContent.trim())), [
    "2026-11-24",
    "A slip.",
    "2026-11-20",
    "A letter was added.",
  ]);
  assert.match(await tab.textContent(".byline"), /Updated 2026-11-24/);
});
