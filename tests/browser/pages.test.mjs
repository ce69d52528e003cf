// Every page: links, ids, valid HTML, nothing inline, no foreign requests, and no script needed.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { HtmlValidate } from "html-validate";
import { browse, chosen, crawl, nothing, publish, sites, watched } from "./lib.mjs";

// The validator that needs nothing but Node. Its presets hold matters of taste besides the
// standard; what is left out here is allowed by HTML, and left out for the reason given.
const validator = new HtmlValidate({
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // HTML knows no upper or lower case here.
    "doctype-style": "off",
    // HTML allows whatever has no space; the colons are how our ids keep clear of authors' anchors.
    "valid-id": ["error", { relaxed: true }],
    // `role="list"` is there on purpose: Safari takes lists without bullets for none.
    "no-redundant-role": "off",
    // "Prefer": for the same lists, and for the boxes that tables scroll in.
    "prefer-native-element": "off",
    // A matter of search engines, and of what the author calls the page.
    "long-title": "off",
  },
});

const browser = await browse();

for (const site of sites) {
  describe(`the pages of the ${site.name}`, { timeout: 400_000 }, () => {
    let origin, pages, broken;

    before(async () => {
      origin = await publish(site);
      const { context } = await watched(browser, origin);
      ({ pages, broken } = await crawl(context, origin));
      await context.close();
    });

    test("are all found: home, notes, a bibliography, one for what isn't there", () => {
      const paths = pages.map((page) => page.path);
      assert.ok(paths.includes("/") && paths.includes("/404.html"), paths.join(" "));
      assert.ok(pages.some((page) => page.marks > 0), "no page has a mark");
      assert.ok(pages.some((page) => page.bibliography), "no page is a bibliography");
    });

    test("link to nothing that isn't there", () => {
      nothing(broken, "a broken link");
    });

    test("have the place that each link with a fragment names", () => {
      const lost = [];
      for (const page of pages) {
        for (const link of page.links) {
          const [address, fragment] = link.split("#");
          const target = pages.find((other) => other.url === address);
          if (fragment && target && !target.ids.includes(decodeURIComponent(fragment))) {
            lost.push(`${page.path} links to ${link}`);
          }
        }
      }
      nothing(lost, "a link to no place");
    });

    test("have no id twice", () => {
      const twice = ({ path, ids }) => ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${path}#${id}`);
      nothing(pages.flatMap(twice), "an id that is there already");
    });

    test("have nothing inline: no style, no script, no handler", () => {
      nothing(pages.flatMap(({ path, inline }) => inline.map((tag) => `${path}: ${tag}`)), "something inline");
    });

    test("are valid HTML", async () => {
      const found = [];
      for (const page of pages) {
        const report = await validator.validateString(page.text, page.path);
        for (const { messages } of report.results) {
          for (const { line, column, ruleId, message } of messages) {
            found.push(`${page.path}:${line}:${column}: ${ruleId}: ${message}`);
          }
        }
      }
      nothing(found, "a fault of the HTML");
    });

    test("open without a complaint and without asking other hosts", async () => {
      const { context, wrong } = await watched(browser, origin);
      const tab = await context.newPage();
      for (const page of pages) {
        const answer = await tab.goto(page.url);
        assert.equal(answer.status(), 200, page.path);
      }
      nothing(wrong, "a complaint");
      await context.close();
    });

    test("stand in for a missing page with their look and with links that work", async () => {
      const { context, wrong } = await watched(browser, origin);
      const tab = await context.newPage();
      const missing = `${origin}/no/such/page/`;
      const answer = await tab.goto(missing);
      assert.equal(answer.status(), 404);
      // The page itself is missing, as it should be; nothing that it needs may be. (The console only
      // repeats these answers, without saying whose they are.)
      const others = wrong.filter((line) => line !== `404 for ${missing}` && !line.includes("Failed to load resource"));
      nothing(others, "a complaint");
      const links = await tab.$$eval("a[href]", (all) => all.map((a) => a.href));
      for (const link of links.filter((link) => link.startsWith(origin) && !link.includes("#"))) {
        assert.equal((await fetch(link)).status, 200, link);
      }
      await context.close();
    });

    test("show the same text with scripts off", async () => {
      const texts = async (javaScriptEnabled) => {
        const { context, wrong } = await watched(browser, origin, { javaScriptEnabled });
        const tab = await context.newPage();
        const found = {};
        for (const page of chosen(site, pages)) {
          await tab.goto(page.url);
          // What is folded can be unfolded without a script; what a script adds as a convenience is left out:
          // the filter, the buttons that copy, the choice of a map's steps. Links to the notes at the end are
          // there while there are any at the end.
          await tab.evaluate(() => {
            for (const folded of document.querySelectorAll("details")) folded.open = true;
            for (const added of document.querySelectorAll(".filter, .copy, .map-choices, .to-notes")) added.remove();
          });
          // As it is seen: `innerText` leaves out what isn't shown.
          found[page.path] = await tab.locator("main").innerText();
          const hidden = await tab.$$eval(".note, [role=doc-endnotes] li, [role=doc-bibliography] li", (parts) =>
            parts.filter((part) => !part.checkVisibility() || part.getBoundingClientRect().height === 0).map((part) => part.textContent),
          );
          assert.deepEqual(hidden, [], page.path);
        }
        nothing(wrong, "a complaint");
        await context.close();
        return found;
      };
      const [without, with_] = [await texts(false), await texts(true)];
      // Only a search needs scripts; its page says so.
      const paths = Object.keys(without).filter((path) => path !== "/search/");
      assert.equal(paths.length, Object.keys(without).length - 1);
      for (const path of paths) assert.equal(without[path], with_[path], path);
    });
  });
}
