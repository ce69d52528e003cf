// `explainer serve --watch`: an open page follows the files by itself, and says what is wrong.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { atEnd, browse, explainer, fixture, project, temporary, watched } from "./lib.mjs";

/** Starts the server, on a port that the system chooses if none is given; gives it and its address. */
function serve(folder, port = "0") {
  const server = spawn(explainer, ["serve", folder, "--watch", "--port", port]);
  atEnd(() => server.kill());
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (data) => {
      said += data;
      const address = /Serving at (http:\/\/[^\s/]+)/.exec(said);
      if (address) resolve({ server, origin: address[1] });
    };
    server.stdout.on("data", hear);
    server.stderr.on("data", hear);
    server.on("exit", () => reject(new Error(`the server ended: ${said}`)));
    setTimeout(() => reject(new Error(`the server never said its address: ${said}`)), 20_000).unref();
  });
}

/** Saves as many editors do: a new file, put in the place of the old one. */
function save(file, text) {
  writeFileSync(`${file}~`, text);
  renameSync(`${file}~`, file);
}

test("an open page follows the files, shows a fault over the old text, and drops it", { timeout: 300_000 }, async () => {
  const folder = temporary();
  cpSync(fixture, folder, { recursive: true });
  const { origin } = await serve(folder);
  const { context, wrong } = await watched(await browse(), origin);
  const page = await context.newPage();
  await page.goto(`${origin}/mill/wheel/`);
  const text = page.locator("main .prose");
  const overlay = page.locator("#explainer-fault");
  await text.getByText("built of oak").waitFor();

  const file = join(folder, "content", "mill", "01-wheel.md");
  const before = readFileSync(file, "utf8");
  const edited = before.replace("built of oak", "built of elm");
  assert.notEqual(edited, before);
  save(file, edited);
  await text.getByText("built of elm").waitFor({ timeout: 10_000 });
  assert.equal(await overlay.count(), 0);

  const faulty = edited.replace("built of elm", "built of ash[^nowhere]");
  save(file, faulty);
  await overlay.waitFor({ timeout: 10_000 });
  const report = await overlay.innerText();
  const line = faulty.slice(0, faulty.indexOf("[^nowhere]")).split("\n").length;
  assert.match(report, /undefined-note/);
  assert.ok(report.includes(`content/mill/01-wheel.md:${line}:`), report);
  assert.ok(await text.getByText("built of elm").isVisible(), "the last good text stays");
  assert.equal(await text.getByText("built of ash").count(), 0);
  // Whoever opens a page only now gets the last good one too, and is told.
  const other = await context.newPage();
  await other.goto(`${origin}/mill/stone/`);
  await other.locator("#explainer-fault").waitFor({ timeout: 10_000 });
  await other.close();
  await page.bringToFront();

  save(file, edited.replace("built of elm", "built of yew"));
  await text.getByText("built of yew").waitFor({ timeout: 10_000 });
  await overlay.waitFor({ state: "detached", timeout: 10_000 });
  assert.deepEqual(wrong, []);
  await context.close();
});

/** A page that says whether it was loaded anew: what is set on its window is gone then. */
const stays = {
  mark: (page) => page.evaluate(() => void (window.stayed = true)),
  check: (page) => page.evaluate(() => window.stayed === true),
};

test("new text and new styles come without a reload, and the reader's place stays", { timeout: 300_000 }, async () => {
  const folder = temporary();
  cpSync(fixture, folder, { recursive: true });
  const file = join(folder, "content", "mill", "01-wheel.md");
  const before = readFileSync(file, "utf8");
  const long = Array.from({ length: 60 }, (_, i) => `Paragraph ${i} of many that fill the page.`).join("\n\n");
  save(file, `${before}\n\n${long}\n`);
  const { origin } = await serve(folder);
  const { context, wrong } = await watched(await browse(), origin);
  const page = await context.newPage();
  await page.goto(`${origin}/mill/wheel/`);
  await page.locator(".theme-switch button").last().click();
  const here = page.locator(".prose").getByText("Paragraph 40 of many");
  await here.evaluate((element) => element.scrollIntoView());
  await stays.mark(page);
  const place = (await here.boundingBox()).y;

  // Above the place and below it, a mark and its note among them.
  const edited = `${before.replace("built of oak", "built of elm^[A note that is new.]")}\n\nMore text.\n\n${long}\n\nThe very end.\n`;
  save(file, edited);
  await page.locator(".prose").getByText("The very end.").waitFor({ timeout: 10_000 });
  await page.locator(".note-text").getByText("A note that is new.").first().waitFor({ state: "attached" });
  assert.ok(await stays.check(page), "the page was loaded anew");
  const moved = (await here.boundingBox()).y - place;
  assert.ok(Math.abs(moved) < 3, `the text has moved by ${moved} px`);
  assert.equal(await page.locator("html").getAttribute("data-theme"), "dark", "what the reader has chosen stays");
  // What was put in is what a page loaded now would have.
  const main = () => page.locator("main").evaluate((main) => main.textContent);
  const put = await main();

  const styles = join(folder, "themes", "scholar", "static");
  mkdirSync(styles, { recursive: true });
  const css = readFileSync(join(project, "themes", "scholar", "static", "style.css"), "utf8");
  writeFileSync(join(styles, "style.css"), `${css}\nmain p { color: rgb(1, 2, 3) !important; }\n`);
  await page.waitForFunction(() => getComputedStyle(document.querySelector("main p")).color === "rgb(1, 2, 3)");
  assert.ok(await stays.check(page), "the page was loaded anew for a style");
  // One link for each style sheet of the theme, the old ones gone.
  await page.waitForFunction(() => document.querySelectorAll("link[rel=stylesheet]").length === 2);

  await page.reload();
  assert.equal(await main(), put);
  assert.deepEqual(wrong, []);
  await context.close();
});

test("a page knows a server that was started anew; a template's fault shows its line; all tabs follow", { timeout: 300_000 }, async () => {
  const folder = temporary();
  cpSync(fixture, folder, { recursive: true });
  const first = await serve(folder);
  const { context } = await watched(await browse(), first.origin);
  const pages = [await context.newPage(), await context.newPage()];
  await pages[0].goto(`${first.origin}/mill/wheel/`);
  await pages[1].goto(`${first.origin}/mill/wheel/`);
  const file = join(folder, "content", "mill", "01-wheel.md");
  const before = readFileSync(file, "utf8");

  save(file, before.replace("built of oak", "built of elm"));
  for (const page of pages) await page.locator("main .prose").getByText("built of elm").waitFor({ timeout: 10_000 });

  await new Promise((resolve) => {
    first.server.once("exit", resolve);
    first.server.kill();
  });
  save(file, before.replace("built of oak", "built of yew"));
  await serve(folder, new URL(first.origin).port);
  for (const page of pages) await page.locator("main .prose").getByText("built of yew").waitFor({ timeout: 10_000 });

  const templates = join(folder, "themes", "scholar", "templates");
  mkdirSync(templates, { recursive: true });
  const template = readFileSync(join(project, "themes", "scholar", "templates", "section.html"), "utf8");
  const lines = template.split("\n");
  lines.splice(3, 0, "{{ section.no_such_thing.at_all }}");
  writeFileSync(join(templates, "section.html"), lines.join("\n"));
  const overlay = pages[0].locator("#explainer-fault");
  await overlay.waitFor({ timeout: 10_000 });
  const report = await overlay.innerText();
  assert.match(report, /section\.html:4:/, report);
  assert.ok(report.includes("section.no_such_thing"), report);
  writeFileSync(join(templates, "section.html"), template);
  await overlay.waitFor({ state: "detached", timeout: 10_000 });
  await context.close();
});

test("the preview lies at the root, whatever `base_url` says, and keeps to the policy that hosts send", { timeout: 200_000 }, async () => {
  const folder = temporary();
  cpSync(fixture, folder, { recursive: true });
  const settings = join(folder, "explainer.toml");
  writeFileSync(settings, `base_url = "https://example.org/sub/"\n${readFileSync(settings, "utf8")}`);
  const { origin } = await serve(folder);
  const missing = await fetch(`${origin}/no/such/page/`);
  assert.equal(missing.status, 404);
  const style = /href="([^"]+\.css)"/.exec(await missing.text())[1];
  assert.equal((await fetch(new URL(style, missing.url))).status, 200);
  assert.match(missing.headers.get("content-security-policy"), /^default-src 'self';/);
  // What an author's own headers will be, only their host knows.
  writeFileSync(join(folder, "static", "_headers"), "/*\n  X-Mine: yes\n");
  const end = Date.now() + 10_000;
  while ((await fetch(`${origin}/`)).headers.has("content-security-policy")) {
    assert.ok(Date.now() < end, "the policy stays");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});
