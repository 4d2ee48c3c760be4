import { test as base, expect } from '@playwright/test';

/** A page that must not complain: any console error or uncaught exception fails the test. */
export const test = base.extend<{ allowed: RegExp[] }>({
  /** Complaints that belong to what is tested, for example a refused request. */
  allowed: async ({}, use) => use([]),
  page: async ({ page, allowed }, use) => {
    const complaints: string[] = [];
    const note = (text: string) => {
      if (!allowed.some((pattern) => pattern.test(text))) complaints.push(text);
    };
    page.on('console', (message) => {
      if (message.type() === 'error') note(message.text());
    });
    page.on('pageerror', (error) => note(error.message));
    await use(page);
    expect(complaints, 'the browser complained').toEqual([]);
  },
});

export { expect };
