import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/axe';
import { dropFile } from '../support/drop';
import { materials, photo } from '../support/photos';
import { expect, test } from '../support/quiet';
import { startVeneer, veneerProgram, type Veneer } from '../support/server';

/** What the model says; a test may change it. */
let answer = { status: 200, waitMs: 1500 };
let provider: Server;
let veneer: Veneer;

const sight = {
  category: { value: 'stone', confidence: 0.95 },
  finish: { value: 'polished', confidence: 0.8 },
  texture: { value: 'smooth', confidence: 0.7 },
  pattern: { value: 'veined', confidence: 0.9 },
  colours: [{ value: 'brown', confidence: 0.8 }],
  applications: [],
  sentence: 'Polished brown stone with fine veins.',
};

test.beforeAll(async () => {
  test.setTimeout(180_000);
  provider = createServer((request, response) => {
    request.resume();
    setTimeout(() => {
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          choices: [{ message: { role: 'assistant', content: JSON.stringify(sight) }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 900, completion_tokens: 80 },
        }),
      );
    }, answer.waitMs);
  });
  await new Promise<void>((listening) => provider.listen(0, '127.0.0.1', listening));
  const { port } = provider.address() as AddressInfo;

  const folder = mkdtempSync(join(tmpdir(), 'veneer-joins-'));
  for (const kind of ['wood', 'stone', 'fabric', 'brick']) {
    mkdirSync(join(folder, 'photos', kind), { recursive: true });
    for (const file of readdirSync(join(materials(), kind)).slice(0, 5)) {
      cpSync(join(materials(), kind, file), join(folder, 'photos', kind, basename(file)));
    }
  }
  const data = join(folder, 'data');
  execFileSync(veneerProgram(), ['import', join(folder, 'photos'), '--data', data], { stdio: 'pipe' });
  const providers = join(folder, 'providers.toml');
  writeFileSync(
    providers,
    `[[provider]]\nname = "fake"\nbase_url = "http://127.0.0.1:${port}/v1"\nmodel = "eye-1"\nprice_in = 0.0\nprice_out = 0.0\n`,
  );
  veneer = await startVeneer({}, ['--demo', 'off', '--providers', providers, '--analysis-seconds', '6'], data);
});

test.afterAll(async () => {
  await veneer?.stop();
  provider?.close();
});

async function search(page: Page, file: string) {
  await page.goto(veneer.url);
  await expect(page.locator('.drop-paste')).toBeVisible();
  await dropFile(page, 'body', photo(file));
  await expect(page.locator('.drop-go')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/s\//);
  await expect(page.locator('.wall .swatch').first()).toBeVisible();
}

test('what a vision model saw joins the results without a reload', async ({ page }) => {
  answer = { status: 200, waitMs: 2500 };
  await search(page, 'wood/acg_wood014.jpg');
  // The visual results are there before the model answers, and the page says what it waits for.
  await expect(page.locator('.joins-says')).toContainText('A vision model is looking');
  await expect(page.locator('.seen')).toContainText('Estimated');
  await expectAccessible(page);
  // A mark on the document would be gone after a reload.
  await page.evaluate(() => ((window as unknown as { mark: number }).mark = 1));
  await expect(page.locator('.seen')).toContainText('Seen by fake/eye-1');
  await expect(page.locator('#say')).toContainText(/result|order/);
  await expect(page.locator('.from-says')).toContainText('Polished brown stone');
  expect(await page.evaluate(() => (window as unknown as { mark?: number }).mark)).toBe(1);
  await expectAccessible(page);
});

test('a model that fails leaves the results and is named', async ({ page }) => {
  answer = { status: 500, waitMs: 50 };
  await search(page, 'fabric/' + readdirSync(join(materials(), 'fabric'))[0]);
  await expect(page.locator('.seen')).toContainText(/cannot be reached|left alone|took too long/);
  await expect(page.locator('.seen')).toContainText('Estimated from similar materials');
});
