// Three real browsers behind one small interface: Chromium, Firefox, and WebKitGTK, which is Safari's engine.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

import puppeteer from 'puppeteer-core';
import { Builder, By, Capabilities, Origin } from 'selenium-webdriver';

import { CHROMIUM } from '../../tools/setup/chromium.mjs';

/**
 * @typedef {object} Look
 * @property {boolean} [dark] whether the person prefers dark colours
 *
 * @typedef {object} Page
 * @property {(url: string) => Promise<void>} goto
 * @property {(work: Function, ...values: unknown[]) => Promise<any>} evaluate in the page
 * @property {(selector: string) => Promise<void>} click; `host >>> inner` is within the host's shadow, here and below
 * @property {(selector: string, text: string) => Promise<void>} type replaces what a field holds, key by key
 * @property {(selector: string, key: string) => Promise<void>} press focuses, then presses a named key
 * @property {(x: number, y: number) => Promise<void>} point moves the mouse to a place of the window
 * @property {(x: number, y: number) => Promise<void>} [tap] touches a place of the window, where the driver can
 * @property {() => Promise<void>} close
 */

const PUPPETEER = {
  Chromium: CHROMIUM,
  Firefox: { browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true },
};

/** @returns {Promise<Page>} */
async function openPuppeteer(name, { dark = false }) {
  const browser = await puppeteer.launch({
    ...PUPPETEER[name],
    extraPrefsFirefox: { 'layout.css.prefers-color-scheme.content-override': dark ? 0 : 1 },
  });
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  if (name === 'Chromium') {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
  }
  return {
    goto: async (url) => void (await page.goto(url)),
    evaluate: (work, ...values) => page.evaluate(work, ...values),
    click: (selector) => page.click(selector),
    type: async (selector, text) => {
      await page.$eval(selector, (field) => field.select());
      await page.focus(selector);
      await page.keyboard.press('Backspace');
      await page.keyboard.type(text);
    },
    press: async (selector, key) => {
      await page.focus(selector);
      await page.keyboard.press(key);
    },
    point: (x, y) => page.mouse.move(x, y),
    tap: (x, y) => page.touchscreen.tap(x, y),
    close: () => browser.close(),
  };
}

async function freePort() {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

const MINIBROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
/** WebDriver's names of keys (the W3C's WebDriver, 17.4.2). */
const KEYS = {
  Backspace: '\uE003',
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
  Home: '\uE011',
  End: '\uE010',
};

/** @returns {Promise<Page>} */
async function openWebKit({ dark = false }) {
  const port = await freePort();
  const display = `:${100 + (port % 800)}`;
  const screen = spawn('Xvfb', [display, '-screen', '0', '1280x900x24'], { stdio: 'ignore' });
  const service = spawn('WebKitWebDriver', [`--port=${port}`], {
    stdio: 'ignore',
    env: {
      ...process.env,
      DISPLAY: display,
      GTK_THEME: dark ? 'Adwaita:dark' : 'Adwaita',
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    },
  });
  const stop = () => {
    service.kill();
    screen.kill();
  };
  const options = { binary: MINIBROWSER, args: ['--automation'] };
  const start = () =>
    new Builder()
      .usingServer(`http://127.0.0.1:${port}`)
      .forBrowser('MiniBrowser')
      .withCapabilities(new Capabilities({ browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options }))
      .build();
  let driver;
  for (let tries = 0; driver === undefined; ++tries) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    driver = await start().catch((error) => {
      if (tries < 20) return undefined;
      stop();
      throw error;
    });
  }
  await driver.manage().window().setRect({ width: 1280, height: 900 });
  const find = (selector) => {
    const [host, inner] = selector.split(' >>> ');
    if (inner === undefined) return driver.findElement(By.css(selector));
    return driver.executeScript(
      'return document.querySelector(arguments[0]).shadowRoot.querySelector(arguments[1])',
      host,
      inner,
    );
  };
  return {
    goto: (url) => driver.get(url),
    evaluate: (work, ...values) => driver.executeScript(`return (${work})(...arguments)`, ...values),
    click: async (selector) => (await find(selector)).click(),
    type: async (selector, text) => {
      const field = await find(selector);
      await driver.executeScript('arguments[0].focus(); arguments[0].select()', field);
      await driver.actions().sendKeys(KEYS.Backspace, text).perform();
    },
    press: async (selector, key) => {
      const element = await find(selector);
      await driver.executeScript('arguments[0].focus()', element);
      await driver.actions().sendKeys(KEYS[key]).perform();
    },
    point: (x, y) =>
      driver
        .actions()
        .move({ x: Math.round(x), y: Math.round(y), origin: Origin.VIEWPORT })
        .perform(),
    close: async () => {
      await driver.quit().catch(() => undefined);
      stop();
    },
  };
}

/**
 * How each engine is opened.
 *
 * @type {Record<string, (look?: Look) => Promise<Page>>}
 */
export const ENGINES = {
  Chromium: (look = {}) => openPuppeteer('Chromium', look),
  Firefox: (look = {}) => openPuppeteer('Firefox', look),
  WebKit: (look = {}) => openWebKit(look),
};
