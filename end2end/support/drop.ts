import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Page } from '@playwright/test';

/** Drops a file of this machine onto an element, the way a person drags it from a folder. */
export async function dropFile(page: Page, selector: string, path: string, type = 'image/jpeg'): Promise<void> {
  const transfer = await transferOf(page, path, type);
  await page.dispatchEvent(selector, 'dragenter', { dataTransfer: transfer });
  await page.dispatchEvent(selector, 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent(selector, 'drop', { dataTransfer: transfer });
}

/** Pastes a file of this machine into the page, the way a copied image arrives. */
export async function pasteFile(page: Page, path: string, type = 'image/jpeg'): Promise<void> {
  const transfer = await transferOf(page, path, type);
  await page.evaluate((clipboardData) => {
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, transfer);
}

async function transferOf(page: Page, path: string, type: string) {
  const content = readFileSync(path).toString('base64');
  return page.evaluateHandle(
    async ({ content, name, type }) => {
      const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name, { type }));
      return transfer;
    },
    { content, name: basename(path), type },
  );
}
