import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** Filling the demo library takes most of this on a slow machine. */
const START_LIMIT_MS = 180_000;
const STOP_LIMIT_MS = 10_000;

export const projectRoot = resolve(import.meta.dirname, '../..');

/** A Veneer server of its own: free port, empty data folder, demo library. */
export interface Veneer {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** The process, for tests that stop it roughly. */
  process: ChildProcess;
  /** The last lines that it printed, for messages. */
  said(): string;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/** The program under test. */
export function veneerProgram(): string {
  const program = process.env.VENEER_BIN ?? join(projectRoot, 'target/release/veneer');
  if (!existsSync(program)) {
    throw new Error(`There is no server at ${program}. Build it first: cargo xtask build`);
  }
  return program;
}

/** Starts `veneer serve` and waits until it says where it is. A data folder that is given goes with it. */
export async function startVeneer(
  env: Record<string, string> = {},
  args: string[] = [],
  folder?: string,
): Promise<Veneer> {
  const program = veneerProgram();
  const data = folder ?? (await mkdtemp(join(tmpdir(), 'veneer-test-')));
  const server = spawn(program, ['serve', '--listen', '127.0.0.1:0', '--data', data, ...args], {
    cwd: projectRoot,
    env: {
      LEPTOS_OUTPUT_NAME: 'veneer',
      LEPTOS_SITE_ROOT: join(projectRoot, 'target/site'),
      LEPTOS_SITE_PKG_DIR: 'pkg',
      LEPTOS_HASH_FILES: 'true',
      // What the person has set for a real server is not for tests.
      ...Object.fromEntries(
        Object.entries(process.env).filter(
          ([name]) =>
            name !== 'DATABASE_URL' && !/^(VENEER|TOGETHER|GROQ|OPENAI|HUGGING_FACE)_/.test(name),
        ),
      ),
      // Tests search more often than people.
      VENEER_SEARCHES_PER_MINUTE: '0',
      VENEER_SEARCHES_PER_HOUR: '0',
      ...env,
    } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const said = () => lines.join('\n');
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) {
      const ended = new Promise((done) => server.once('exit', done));
      server.kill('SIGTERM');
      const hard = setTimeout(() => server.kill('SIGKILL'), STOP_LIMIT_MS);
      await ended;
      clearTimeout(hard);
    }
    await rm(data, { recursive: true, force: true });
  };
  try {
    const url = await new Promise<string>((found, fail) => {
      const timer = setTimeout(
        () => fail(new Error(`Veneer did not start in ${START_LIMIT_MS / 1000} s. It said:\n${said()}`)),
        START_LIMIT_MS,
      );
      for (const stream of [server.stdout, server.stderr]) {
        createInterface({ input: stream! }).on('line', (line) => {
          lines.push(line);
          if (lines.length > 200) lines.shift();
          const address = /Veneer is at (http:\/\/[^\s/]+)/.exec(line);
          if (address) {
            clearTimeout(timer);
            found(address[1]!);
          }
        });
      }
      server.once('error', fail);
      server.once('exit', (code, signal) => {
        clearTimeout(timer);
        fail(new Error(`Veneer ended at start (${signal ?? code}). It said:\n${said()}`));
      });
    });
    return { url, process: server, said, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** One server for all tests; VENEER_URL names one that runs already. */
export default async function globalSetup(): Promise<(() => Promise<void>) | void> {
  if (process.env.VENEER_URL) return;
  const veneer = await startVeneer();
  process.env.VENEER_URL = veneer.url;
  return async () => {
    const alive = veneer.process.exitCode === null && veneer.process.signalCode === null;
    await veneer.stop();
    if (!alive) {
      throw new Error(`Veneer did not live to the end of the tests. It said:\n${veneer.said()}`);
    }
  };
}
