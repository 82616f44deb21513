// Runs Lighthouse on pages of a local server and prints one line of JSON for each run.
// Reads {program, flags, tasks: [{key, url, form, scroll}]} from standard input; see pages.py beside it.
import { readFileSync } from "node:fs";

import lighthouse, { desktopConfig } from "lighthouse";
import puppeteer from "puppeteer-core";

const { program, flags, tasks } = JSON.parse(readFileSync(0, "utf-8"));

// A reader who goes through the page from top to end, in steps of half a screen.
const reader = () => {
  addEventListener("load", async () => {
    const pause = (time) => new Promise((done) => setTimeout(done, time));
    await pause(300);
    for (let place = 0; place < document.documentElement.scrollHeight; place += innerHeight / 2) {
      scrollTo(0, place);
      await pause(100);
    }
  });
};

async function measured(browser, { url, form, scroll }) {
  const page = await browser.newPage();
  try {
    if (scroll) await page.evaluateOnNewDocument(reader);
    const config = form === "desktop" ? desktopConfig : undefined;
    const { lhr } = await lighthouse(url, { logLevel: "silent", output: "json" }, config, page);
    if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
    const score = (name) => Math.round(100 * (lhr.categories[name].score ?? 0));
    const value = (name) => lhr.audits[name].numericValue ?? null;
    const requests = lhr.audits["network-requests"].details.items;
    const failed = Object.values(lhr.categories)
      .filter(({ id }) => id !== "performance")
      .flatMap(({ auditRefs }) => auditRefs)
      .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score !== null && lhr.audits[id].score < 1)
      .map(({ id }) => id);
    return {
      performance: score("performance"),
      accessibility: score("accessibility"),
      practices: score("best-practices"),
      seo: score("seo"),
      lcp: value("largest-contentful-paint"),
      cls: value("cumulative-layout-shift"),
      tbt: value("total-blocking-time"),
      bytes: requests.reduce((sum, { transferSize }) => sum + (transferSize ?? 0), 0),
      failed: [...new Set(failed)],
    };
  } finally {
    await page.close();
  }
}

const browser = await puppeteer.launch({ executablePath: program, args: flags, headless: true });
try {
  for (const task of tasks) {
    let answer;
    try {
      answer = await measured(browser, task);
    } catch {
      // A trace that did not start, or a target that went away, is the tool's; a second time it is the page's.
      answer = await measured(browser, task).catch((error) => ({ error: String(error.message ?? error) }));
    }
    console.log(JSON.stringify({ key: task.key, ...answer }));
  }
} finally {
  await browser.close();
}
