import { writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { dropFile, pasteFile } from '../support/drop';
import { type Posted, TRACE, look, madePhoto, quarter, unpack } from '../support/made';
import { expect, test } from '../support/quiet';

/** Stands in for the server; gives what the page posts. The real search is tested elsewhere. */
async function answer(page: Page, status = 200, body: object = { id: 'abc', url: '/about' }): Promise<Posted[]> {
  const all: Posted[] = [];
  await page.route('**/search', async (route) => {
    all.push(unpack(route));
    await route.fulfill({ status, json: body });
  });
  return all;
}

/** Home with its islands awake. */
async function home(page: Page): Promise<void> {
  await page.goto('/');
  await expect(page.locator('.drop-paste')).toBeVisible();
}

async function choose(page: Page, buffer: Buffer, name = 'photo.jpg', mimeType = 'image/jpeg'): Promise<void> {
  await page.locator('.drop-choose .drop-file').setInputFiles({ name, mimeType, buffer });
}

const said = (page: Page) => page.locator('.drop-said');
const error = (page: Page) => page.locator('.drop-error');

test('a chosen photo of 12 megapixels goes upright, small and without its metadata', async ({ page }) => {
  const posted = await answer(page);
  await home(page);
  // 6: the phone was held upright, the picture is stored lying on its side
  const original = await madePhoto(page, 4000, 3000, 6);
  await choose(page, original);
  await expect(said(page)).toContainText(/^\d\.\d MB → \d+ KB\./);
  await expect(page.locator('.drop-preview')).toBeVisible();
  await expect(page.locator('.drop-go')).toBeFocused();

  await page.locator('#drop-words').fill('warm oak');
  await page.locator('#drop-words').press('Enter');
  await page.waitForURL('**/about');

  expect(posted).toHaveLength(1);
  const { photo, fields, accept } = posted[0]!;
  expect(accept).toContain('application/json');
  expect(fields).toEqual({ q: 'warm oak' });
  expect(photo.length).toBeLessThan(250_000);
  expect(photo.subarray(0, 3).toString('hex')).toBe('ffd8ff');
  expect(photo.includes(TRACE)).toBe(false);
  expect(photo.includes('Exif')).toBe(false);
  const seen = await look(page, photo);
  expect([seen.width, seen.height]).toEqual([960, 1280]);
  // turned clockwise: what was lower left is upper left now
  expect(seen.quarters.map(quarter)).toEqual([2, 0, 3, 1]);
});

test('every EXIF orientation comes out upright', async ({ page }) => {
  const posted = await answer(page, 200, { id: 'abc', url: '#' });
  await home(page);
  const upright = [
    [0, 1, 2, 3],
    [1, 0, 3, 2],
    [3, 2, 1, 0],
    [2, 3, 0, 1],
    [0, 2, 1, 3],
    [2, 0, 3, 1],
    [3, 1, 2, 0],
    [1, 3, 0, 2],
  ];
  for (const [index, expected] of upright.entries()) {
    await choose(page, await madePhoto(page, 800, 400, index + 1));
    await expect(page.locator('.drop')).toHaveAttribute('data-stage', 'ready');
    await page.locator('.drop-go').press('Enter');
    await expect.poll(() => posted.length).toBe(index + 1);
    const seen = await look(page, posted[index]!.photo);
    expect([seen.width, seen.height], `orientation ${index + 1}`).toEqual(index < 4 ? [800, 400] : [400, 800]);
    expect(seen.quarters.map(quarter), `orientation ${index + 1}`).toEqual(expected);
    await home(page);
  }
});

test('a photo dropped anywhere is taken, and the whole window says so while it is dragged', async ({ page }, info) => {
  await answer(page);
  await home(page);
  const path = info.outputPath('dropped.jpg');
  writeFileSync(path, await madePhoto(page, 1600, 1200));
  const transfer = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['x'], 'x.jpg', { type: 'image/jpeg' }));
    return transfer;
  });
  await page.dispatchEvent('footer', 'dragenter', { dataTransfer: transfer });
  await expect(page.locator('.drop-veil')).toBeVisible();
  await page.dispatchEvent('footer', 'dragleave', { dataTransfer: transfer });
  await expect(page.locator('.drop-veil')).toBeHidden();

  await dropFile(page, 'footer', path);
  await expect(page.locator('.drop-veil')).toBeHidden();
  await expect(said(page)).toContainText('→');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/about');
});

test('a pasted picture is taken, a pasted address is filled in', async ({ page }, info) => {
  const posted = await answer(page);
  await home(page);
  const path = info.outputPath('pasted.jpg');
  writeFileSync(path, await madePhoto(page, 1600, 1200));
  await pasteFile(page, path);
  await expect(said(page)).toContainText('→');

  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'https://example.org/oak.jpg');
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect(page.locator('.drop-address input')).toHaveValue('https://example.org/oak.jpg');
  await expect(page.locator('.drop-address input')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/about');
  expect(posted[0]!.fields).toEqual({ address: 'https://example.org/oak.jpg' });
  expect(posted[0]!.photo).toHaveLength(0);
});

test('what is no photo is refused in a sentence, in place, before anything is sent', async ({ page }) => {
  const posted = await answer(page);
  await home(page);
  for (const [name, content, sentence] of [
    ['notes.txt', 'Oak, please.', 'That file is not an image.'],
    ['empty.jpg', '', 'That file is empty.'],
    ['phone.heic', '\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'This is a HEIC photo, which we cannot open.'],
    ['page.pdf', '%PDF-1.7\n', 'This is a PDF document.'],
    ['cut.jpg', '\xff\xd8\xff\xe0\0\x10JFIF', 'This JPEG is damaged'],
    // 30,000 × 30,000, a few bytes long
    ['bomb.png', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x75\x30\0\0\x75\x30\x08\x06\0\0\0', 'This one is 900 megapixels; 120 is what fits.'],
  ] as const) {
    await choose(page, Buffer.from(content, 'latin1'), name, 'application/octet-stream');
    await expect(error(page), name).toContainText(sentence);
    await expect(page.locator('.drop')).toHaveAttribute('data-stage', 'idle');
  }
  // the page goes on
  await choose(page, await madePhoto(page, 400, 300));
  await expect(error(page)).toBeEmpty();
  await expect(said(page)).toContainText('→');
  expect(posted).toHaveLength(0);
});

test('an empty form asks for something', async ({ page }) => {
  const posted = await answer(page);
  await home(page);
  await page.locator('.drop-go').click();
  await expect(error(page)).toHaveText('Choose a photo, paste an image address, or type what you are looking for.');
  expect(posted).toHaveLength(0);
});

test('the crop is drawn by keyboard alone', async ({ page }) => {
  const posted = await answer(page);
  await home(page);
  await choose(page, await madePhoto(page, 4000, 3000));
  await expect(page.locator('.drop-go')).toBeFocused();
  await page.keyboard.press('c');
  const box = page.locator('.crop-box');
  await expect(box).toBeFocused();
  // into the upper left corner, then smaller than a quarter
  for (let press = 0; press < 10; press++) {
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowUp');
  }
  for (let press = 0; press < 15; press++) {
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('Shift+ArrowUp');
  }
  await expect(page.locator('.crop-said')).toHaveText('40 % wide, 40 % high, 0 % from the left, 0 % from the top');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/about');
  const seen = await look(page, posted[0]!.photo);
  // 40 % of 4000 × 3000, taken from the photo itself and not from the small copy
  expect([seen.width, seen.height]).toEqual([1280, 960]);
  expect(seen.quarters.map(quarter)).toEqual([0, 0, 0, 0]);
});

test('the crop is drawn by mouse, taken back by Escape', async ({ page }) => {
  const posted = await answer(page);
  await home(page);
  await choose(page, await madePhoto(page, 2000, 1000, 1));
  await expect(page.locator('.drop-go')).toBeFocused();
  const picture = (await page.locator('.crop-stage').boundingBox())!;
  const at = (x: number, y: number) => [picture.x + x * picture.width, picture.y + y * picture.height] as const;
  const drag = async (from: readonly [number, number], to: readonly [number, number]) => {
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move(...to, { steps: 5 });
    await page.mouse.up();
  };
  await drag(at(0.1, 0.1), at(0.4, 0.4));
  await expect(page.locator('.crop-box')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.locator('.crop-box')).toBeHidden();
  await expect(page.locator('.drop-go')).toBeFocused();

  await drag(at(0.1, 0.1), at(0.4, 0.4));
  // the whole rectangle, from its middle into the lower right quarter
  await drag(at(0.25, 0.25), at(0.75, 0.75));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/about');
  const seen = await look(page, posted[0]!.photo);
  expect(seen.width / seen.height).toBeCloseTo(2, 1);
  expect(seen.quarters.map(quarter)).toEqual([3, 3, 3, 3]);
});

test.describe('when the server cannot', () => {
  test.use({ allowed: [/status of 503/] });

  test('its sentence stands in place, and trying again helps', async ({ page }) => {
    let refusals = 1;
    await page.route('**/search', (route) =>
      refusals-- > 0
        ? route.fulfill({ status: 503, json: { error: 'Many people are searching right now. Try again in a moment.' } })
        : route.fulfill({ json: { id: 'abc', url: '/about' } }),
    );
    await home(page);
    await choose(page, await madePhoto(page, 400, 300));
    await page.locator('.drop-go').press('Enter');
    await expect(error(page)).toHaveText('Many people are searching right now. Try again in a moment.');
    await page.locator('.drop-retry').click();
    await page.waitForURL('**/about');
  });
});

test.describe('when the line is cut', () => {
  test.use({ allowed: [/ERR_/] });

  test('the page says so', async ({ page }) => {
    await page.route('**/search', (route) => route.abort('connectionreset'));
    await home(page);
    await choose(page, await madePhoto(page, 400, 300));
    await page.locator('.drop-go').press('Enter');
    await expect(error(page)).toHaveText('The connection was lost. Check it and try again.');
    await expect(page.locator('.drop-retry')).toBeVisible();
  });
});

test('a search can be cancelled and begun again', async ({ page }) => {
  let let_go = () => {};
  const held = new Promise<void>((resolve) => (let_go = resolve));
  let asked = 0;
  await page.route('**/search', async (route) => {
    asked += 1;
    if (asked === 1) {
      await held;
      await route.abort().catch(() => {});
    } else {
      await route.fulfill({ json: { id: 'abc', url: '/about' } });
    }
  });
  await home(page);
  await choose(page, await madePhoto(page, 400, 300));
  await page.locator('.drop-go').press('Enter');
  await expect(said(page)).toContainText(/Sending|Comparing/);
  await page.locator('.drop-cancel').click();
  await expect(page.locator('.drop')).toHaveAttribute('data-stage', 'ready');
  await expect(error(page)).toBeEmpty();
  let_go();
  await page.locator('.drop-go').press('Enter');
  await page.waitForURL('**/about');
  expect(asked).toBe(2);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the form is whole', async ({ page }) => {
    await page.goto('/');
    const form = page.locator('form.drop');
    await expect(form).toHaveAttribute('enctype', 'multipart/form-data');
    await expect(form.locator('input[type=file][name=photo]')).toHaveCount(1);
    await expect(form.locator('input[name=address]')).toBeVisible();
    await expect(form.locator('.drop-paste, .drop-camera, .drop-cancel, .drop-photo').filter({ visible: true })).toHaveCount(0);
  });
});
