// `explainer serve --watch`: an open page follows the files by itself, and says what is wrong.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { atEnd, browse, explainer, fixture, temporary, watched } from "./lib.mjs";

/** Starts the server on a port that the system chooses; gives its address. */
function serve(folder) {
  const server = spawn(explainer, ["serve", folder, "--watch", "--port", "0"]);
  atEnd(() => server.kill());
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (data) => {
      said += data;
      const address = /Serving at (http:\/\/[^\s/]+)/.exec(said);
      if (address) resolve(address[1]);
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

test("an open page follows the files, shows a fault over the old text, and drops it", { timeout: 90_000 }, async () => {
  const folder = temporary();
  cpSync(fixture, folder, { recursive: true });
  const origin = await serve(folder);
  const { context, wrong } = await watched(await browse(), origin);
  const page = await context.newPage();
  await page.goto(`${origin}/mill/wheel/`);
  const text = page.locator("main");
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

test("the preview lies at the root, whatever `base_url` says, and keeps to the policy that hosts send", { timeout: 60_000 }, async () => {
  const folder = temporary();
  cpSync(fixture, folder, { recursive: true });
  const settings = join(folder, "explainer.toml");
  writeFileSync(settings, `base_url = "https://example.org/sub/"\n${readFileSync(settings, "utf8")}`);
  const origin = await serve(folder);
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
