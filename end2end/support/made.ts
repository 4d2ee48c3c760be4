import type { Page, Route } from '@playwright/test';
// @ts-expect-error plain JavaScript, shared with the measurements
import { TRACE, withExif } from '../bench/exif.mjs';

export { TRACE };

/** Red, green, blue, white: upper left, upper right, lower left, lower right of the stored picture. */
export const QUARTERS = ['#c02020', '#20a020', '#2030c0', '#f0f0f0'];

/** A JPEG of four coloured quarters with grain, and with EXIF as a phone writes it. */
export async function madePhoto(page: Page, width: number, height: number, orientation = 1): Promise<Buffer> {
  const plain = await page.evaluate(
    async ({ width, height, colours }) => {
      const canvas = new OffscreenCanvas(width, height);
      const context = canvas.getContext('2d')!;
      colours.forEach((colour, index) => {
        context.fillStyle = colour;
        context.fillRect((index % 2) * (width / 2), (index >> 1) * (height / 2), width / 2, height / 2);
      });
      const picture = context.getImageData(0, 0, width, height);
      let state = 7;
      for (let at = 0; at < picture.data.length; at += 4) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        const grain = ((state >>> 24) - 128) / 8;
        for (let channel = 0; channel < 3; channel++) picture.data[at + channel] += grain;
      }
      context.putImageData(picture, 0, 0);
      const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 });
      const bytes = new Uint8Array(await blob.arrayBuffer());
      let letters = '';
      for (let at = 0; at < bytes.length; at += 32768) {
        letters += String.fromCharCode(...bytes.subarray(at, at + 32768));
      }
      return btoa(letters);
    },
    { width, height, colours: QUARTERS },
  );
  return withExif(Buffer.from(plain, 'base64'), { orientation });
}

/** What the page posted. */
export interface Posted {
  /** The picture; empty when there was none. */
  photo: Buffer;
  /** The other fields. */
  fields: Record<string, string>;
  /** The header `accept`. */
  accept: string;
}

/** Takes a multipart body apart. */
export function unpack(route: Route): Posted {
  const request = route.request();
  const boundary = /boundary=(.+)$/.exec(request.headers()['content-type'] ?? '')?.[1];
  const body = request.postDataBuffer();
  if (!boundary || !body) throw new Error('The page did not send a form.');
  const posted: Posted = { photo: Buffer.alloc(0), fields: {}, accept: request.headers()['accept'] ?? '' };
  const edge = Buffer.from(`--${boundary}`);
  for (let at = body.indexOf(edge); at >= 0; ) {
    const next = body.indexOf(edge, at + edge.length);
    if (next < 0) break;
    const part = body.subarray(at + edge.length + 2, next - 2);
    const gap = part.indexOf('\r\n\r\n');
    const head = part.subarray(0, gap).toString();
    const name = /name="([^"]*)"/.exec(head)?.[1] ?? '';
    if (name === 'photo') posted.photo = part.subarray(gap + 4);
    else posted.fields[name] = part.subarray(gap + 4).toString();
    at = next;
  }
  return posted;
}

/** Size of a picture and the colours in the middle of its quarters, as a browser shows it. */
export async function look(page: Page, picture: Buffer): Promise<{ width: number; height: number; quarters: number[][] }> {
  return page.evaluate(async (letters) => {
    const bytes = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const quarters = [
      [0.25, 0.25],
      [0.75, 0.25],
      [0.25, 0.75],
      [0.75, 0.75],
    ].map(([x, y]) => [
      ...context.getImageData(Math.floor(x! * bitmap.width), Math.floor(y! * bitmap.height), 1, 1).data.slice(0, 3),
    ]);
    return { width: bitmap.width, height: bitmap.height, quarters };
  }, picture.toString('base64'));
}

/** Which of the four colours of {@link QUARTERS} a measured colour is. */
export function quarter(colour: number[]): number {
  const distances = QUARTERS.map((hex) =>
    [1, 3, 5].reduce((sum, at, channel) => sum + (parseInt(hex.slice(at, at + 2), 16) - colour[channel]!) ** 2, 0),
  );
  return distances.indexOf(Math.min(...distances));
}
