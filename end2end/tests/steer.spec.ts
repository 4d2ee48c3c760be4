import type { Page } from '@playwright/test';
import { expectAccessible } from '../support/axe';
import { dropFile } from '../support/drop';
import { unpack } from '../support/made';
import { photo } from '../support/photos';
import { expect, test } from '../support/quiet';

/** Searches with a photo from the home page. */
async function search(page: Page, name: string): Promise<void> {
  await page.goto('/');
  await expect(page.locator('.drop-paste')).toBeVisible();
  await dropFile(page, 'body', photo(name));
  await expect(page.locator('.drop-go')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/s\//);
}

/** Addresses of the materials on the wall, in their order. */
function wall(page: Page): Promise<(string | null)[]> {
  return page.locator('.centre .wall .swatch-link').evaluateAll((links) => links.map((a) => a.getAttribute('href')));
}

/** What stands around the order: counts, bands, headings. */
function around(page: Page): Promise<string[]> {
  return page
    .locator('.results-count, .band-head, .notice-say')
    .evaluateAll((all) => all.map((one) => (one.textContent ?? '').replace(/\s+/g, ' ').trim()));
}

async function slide(page: Page, key: string, value: number): Promise<void> {
  await page.locator(`.weights [name="${key}"]`).fill(String(value));
}

test.describe('sliders', () => {
  test.use({ viewport: { width: 1440, height: 900 } });

  test('order the wall as the server would, without another request', async ({ page }) => {
    await search(page, 'wood/acg_wood014.jpg');
    await page.waitForLoadState('networkidle');
    const usual = await wall(page);
    const candidates = page.waitForResponse(/\/candidates/);
    await page.locator('.weights').hover();
    await (await candidates).finished();
    await expect(page.locator('.weights')).not.toHaveAttribute('data-loading');

    const requests: string[] = [];
    page.on('request', (request) => {
      if (!/\/swatch\/|favicon/.test(request.url())) requests.push(request.url());
    });
    for (const [key, value] of [
      ['w_look', 0],
      ['w_colour', 100],
      ['w_kind', 55],
    ] as const) {
      await slide(page, key, value);
    }
    const moved = await wall(page);
    expect(moved).not.toEqual(usual);
    expect(requests).toEqual([]);
    await expect(page).toHaveURL(/w_look=0&w_colour=100&w_kind=55$/);
    const said = await around(page);

    await page.reload();
    expect(await wall(page)).toEqual(moved);
    expect(await around(page)).toEqual(said);
    await expect(page.locator('.weights [name=w_colour]')).toHaveValue('100');

    // back as it was, from the weighed page
    await page.waitForLoadState('networkidle');
    for (const [key, value] of [
      ['w_look', 100],
      ['w_colour', 20],
      ['w_kind', 60],
    ] as const) {
      await slide(page, key, value);
    }
    await expect.poll(() => wall(page)).toEqual(usual);
    await expect(page).not.toHaveURL(/w_/);
  });

  test('links of the page keep what the sliders say', async ({ page }) => {
    await page.goto('/library?palette=a3ab8d:70,232f4b:30&q=cloth');
    await page.waitForLoadState('networkidle');
    await slide(page, 'w_colour', 90);
    await expect(page).toHaveURL(/w_colour=90/);
    await expect(page.locator('.chips a.chip').first()).toHaveAttribute('href', /w_colour=90/);
    await expect(page.locator('.share [name=view]')).toHaveValue(/w_colour=90/);
    await expect(page.locator('.weights-usual')).toBeVisible();
    const moved = await wall(page);
    await page.reload();
    expect(await wall(page)).toEqual(moved);
    await page.locator('.weights-usual').click();
    await expect(page).not.toHaveURL(/w_colour/);
  });

  test('are asked of the server when the candidates do not come', async ({ page }) => {
    await page.route('**/candidates*', (route) => route.fulfill({ status: 200, body: 'nonsense' }));
    await search(page, 'wood/acg_wood014.jpg');
    await page.waitForLoadState('networkidle');
    await slide(page, 'w_look', 1);
    await page.waitForURL(/w_look=1(&|$)/);
    await expect(page.locator('.wall .swatch').first()).toBeVisible();
  });
});

test.describe('compare', () => {
  test('what is ticked on several pages stands side by side', async ({ page }) => {
    await page.goto('/library?category=stone');
    await expect(page.locator('.tray[data-awake]')).toBeAttached();
    await expect(page.locator('.tray')).toBeHidden();
    await page.locator('.keep input').nth(0).check();
    await expect(page.locator('.tray')).toBeVisible();
    await expect(page.locator('.tray-go')).toBeDisabled();
    await page.goto('/library?category=wood');
    for (const at of [0, 1, 2]) await page.locator('.keep input').nth(at).check();
    await expect(page.locator('.tray-place:visible')).toHaveCount(4);
    // a fifth is refused in a sentence
    await page.locator('.keep input').nth(3).click();
    await expect(page.locator('.keep input').nth(3)).not.toBeChecked();
    await expect(page.locator('.tray-said')).toHaveText('Four fit side by side. Take one off to keep another.');
    await page.locator('.tray-off').nth(1).click();
    await expect(page.locator('.keep input').nth(0)).not.toBeChecked();
    await expectAccessible(page);
    await page.locator('.tray-go').click();
    await page.waitForURL(/\/compare\?m=.+&m=.+&m=/);
    await expect(page.locator('.compare-head')).toHaveCount(3);
    await expect(page.locator('.compare-differs').first()).toContainText('differs');
    await expectAccessible(page);
    await page.getByRole('link', { name: /^Take off/ }).first().click();
    await expect(page.locator('.compare-head')).toHaveCount(2);
  });

  test('without JavaScript the boxes are a form', async ({ browser }) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto('/library');
    await page.locator('.keep input').nth(0).check();
    await page.locator('.keep input').nth(1).check();
    await page.getByRole('button', { name: 'Compare side by side' }).click();
    await expect(page).toHaveURL(/\/compare\?m=.+&m=/);
    await expect(page.locator('.compare-head')).toHaveCount(2);
    await page.goto('/compare');
    await expect(page.locator('main')).toContainText('Nothing to compare yet');
    await context.close();
  });
});

test.describe('parts and scale of a photo', () => {
  async function drop(page: Page): Promise<void> {
    await page.goto('/');
    await expect(page.locator('.drop-paste')).toBeVisible();
    await dropFile(page, 'body', photo('wood/acg_wood014.jpg'));
    await expect(page.locator('.drop-go')).toBeFocused();
  }

  test('several regions are searched for, and stand side by side', async ({ page }) => {
    await drop(page);
    await page.getByRole('button', { name: 'Crop', exact: true }).click();
    await page.keyboard.press('Shift+ArrowLeft');
    await page.getByRole('button', { name: 'Add another region' }).click();
    await expect(page.locator('.crop-region:visible')).toHaveCount(1);
    await expect(page.locator('.crop-box')).toBeFocused();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: 'Add another region' }).click();
    await page.keyboard.press('ArrowDown');
    await page.locator('.drop-go').click();
    await page.waitForURL(/\/together\?s=\w+&s=\w+&s=\w+$/);
    await expect(page.locator('.together-one')).toHaveCount(3);
    await expect(page.locator('.photo-preview-image').first()).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'All results of region 2' }).click();
    await page.waitForURL(/\/s\//);
  });

  test('two points and a length say how wide the photo is', async ({ page }) => {
    await drop(page);
    await page.locator('.drop-scale summary').click();
    await page.getByRole('button', { name: 'Mark two points' }).click();
    const stage = (await page.locator('.crop-stage').boundingBox())!;
    const at = (x: number): [number, number] => [stage.x + stage.width * x, stage.y + stage.height / 2];
    await page.mouse.click(...at(0.25));
    await page.mouse.click(...at(0.75));
    await expect(page.locator('.scale-length')).toBeFocused();
    await page.keyboard.type('10');
    const width = page.locator('[name=width]');
    await expect.poll(async () => Math.round(Number(await width.inputValue()))).toBe(20);

    // of a part, the part is sent
    await page.getByRole('button', { name: 'Crop', exact: true }).click();
    let posted: ReturnType<typeof unpack> | undefined;
    await page.route('**/search', (route) => {
      posted = unpack(route);
      return route.fulfill({ json: { id: null, url: '/about' } });
    });
    await page.locator('.drop-go').click();
    await page.waitForURL(/\/about/);
    expect(Number(posted!.fields.width)).toBeCloseTo(14, 0);
  });
});

for (const path of ['/palette', '/palette?palette=a3ab8d:70,232f4b:30', '/compare', '/library?palette=sage']) {
  test(`${path} can be used by everyone, in both themes`, async ({ page }) => {
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.goto(path);
      await page.waitForLoadState('networkidle');
      await expectAccessible(page);
    }
  });
}
