import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './server';

/** The folder with labelled real photos, beside the project or named by VENEER_SHARED. */
export function materials(): string {
  const folder = join(process.env.VENEER_SHARED ?? join(projectRoot, '../shared'), 'materials');
  if (!existsSync(folder)) {
    throw new Error(`The labelled photos are not there: ${folder} (set VENEER_SHARED to the folder that holds materials).`);
  }
  return folder;
}

/** The path of one of the labelled photos, for example `photo('wood/oak.jpg')`. */
export function photo(name: string): string {
  const path = join(materials(), name);
  if (!existsSync(path)) throw new Error(`There is no photo ${path}.`);
  return path;
}

/** The bytes of one of the labelled photos. */
export function photoBytes(name: string): Buffer {
  return readFileSync(photo(name));
}
