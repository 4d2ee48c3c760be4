import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/axe';
import { madePhoto } from '../support/made';
import { expect, test } from '../support/quiet';
import { startVeneer, type Veneer } from '../support/server';

// A library of its own: this one is looked after, imported into and undone.
let veneer: Veneer;
let folder: string;

test.beforeAll(async () => {
  veneer = await startVeneer({}, ['--demo', 'off']);
  folder = await mkdtemp(join(tmpdir(), 'veneer-intake-'));
});
test.afterAll(async () => {
  await veneer?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const PAGES = ['jobs', 'import', 'duplicates', 'models', 'providers', 'library', 'storage', 'health', 'changes'];
const PASSWORD = 'oak, ash and walnut';

async function signIn(page: Page): Promise<void> {
  await page.goto(`${veneer.url}/admin`);
  await expect(page).toHaveURL(/\/admin\/sign-in\?back=/);
  await page.getByLabel('Name').fill('ada');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Jobs');
}

/** A folder with two categories and three photos, and something that is no photo. */
async function photos(page: Page): Promise<string> {
  const root = join(folder, 'room');
  for (const [index, name] of ['wood/oak.jpg', 'wood/ash.jpg', 'stone/slate.jpg'].entries()) {
    await mkdir(join(root, name, '..'), { recursive: true });
    await writeFile(join(root, name), await madePhoto(page, 640 + 8 * index, 560));
  }
  await writeFile(join(root, 'wood', 'broken.jpg'), 'this is no photo');
  return root;
}

test.describe.configure({ mode: 'serial' });

test('the link that a start prints leads in, once', async ({ page, browser }) => {
  const link = /(\S+\/admin\/welcome\/\S+)/.exec(veneer.said())?.[1];
  expect(link, veneer.said()).toBeTruthy();
  await page.goto(link!);
  await expectAccessible(page);
  await page.getByLabel('Name').fill('ada');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Begin' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Jobs');
  await expect(page.locator('.desk-who')).toContainText('ada');

  const other = await browser.newPage();
  const again = await other.goto(link!);
  expect(again?.status()).toBe(404);
  await other.close();

  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  await expectAccessible(page);
});

test('a folder is sent, looked at, imported and undone', async ({ page }) => {
  await signIn(page);
  const root = await photos(page);
  await page.getByRole('link', { name: 'Import', exact: true }).click();
  await expect(page.locator('.desk-intake[data-awake]')).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel('Or a whole folder').setInputFiles(root);
  await page.waitForURL(/\/admin\/import\/\w+/);

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('What would come in', { timeout: 30_000 });
  await expect(page.locator('.desk-counts')).toContainText('materials');
  await expect(page.locator('.desk-details').first()).toContainText('broken.jpg');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Start' }).click();
  await page.waitForURL(/\/admin\/jobs\/\d+/);
  await expect(page.locator('.desk-job')).toHaveAttribute('data-state', 'done', { timeout: 60_000 });
  await expect(page.locator('.desk-table')).toContainText('broken.jpg');
  await expectAccessible(page);

  // it is in the library, and what it lacks is told
  await page.getByRole('link', { name: 'Library', exact: true }).click();
  await expect(page.getByRole('rowheader', { name: 'Wood' })).toBeVisible();
  await page.getByRole('link', { name: /Wood, finish/ }).click();
  await expect(page.locator('tbody tr')).toHaveCount(2);

  await page.getByRole('link', { name: 'Jobs', exact: true }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('.desk-said')).toContainText('3 removed');
  await page.getByRole('link', { name: 'Changes' }).click();
  await expect(page.locator('tbody')).toContainText('operator ada');
});

test('every page stands on a desk and on a phone, in both themes', async ({ page }) => {
  await signIn(page);
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      for (const name of PAGES) {
        await page.goto(`${veneer.url}/admin/${name}`);
        await expect(page.locator('h1')).toBeVisible();
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wide, `${name} at ${width}`).toBeLessThanOrEqual(0);
        if (process.env.VENEER_SCREENSHOTS) {
          await page.screenshot({
            path: join(process.env.VENEER_SCREENSHOTS, `admin-${name}-${width}-${scheme}.png`),
            fullPage: true,
          });
        }
        if (width === 1440) await expectAccessible(page);
      }
    }
  }
});

test('without JavaScript a ZIP or files go up in a form', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page);
  await page.goto(`${veneer.url}/admin/import`);
  await page.getByLabel('Files: photos, a ZIP, a table').setInputFiles(join(folder, 'room/wood/oak.jpg'));
  await page.getByRole('button', { name: 'Upload and look' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('What would come in', { timeout: 30_000 });
  await page.getByRole('button', { name: 'Drop this upload' }).click();
  await expect(page.locator('.desk-said')).toHaveText('The upload is dropped.');
  await context.close();
});
