import type { IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { listen } from '../../emulator/listener.js';

/** What a step left; an output that it did not set is null. */
export interface StepReport {
  readonly outcome: string | null;
  readonly outputs: Readonly<Record<string, string | null>>;
}

/** What a next job got of one that it needs. */
export interface Handed {
  readonly result: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** One job's end, or one leg's of a matrix. */
export interface JobReport {
  readonly kind: 'job';
  readonly job: string;
  readonly status?: string;
  /** By id; those of the action, and those that have one. */
  readonly steps?: Readonly<Record<string, StepReport>>;
  readonly matrix?: Readonly<Record<string, unknown>>;
  readonly needs?: Readonly<Record<string, { readonly result: string; readonly outputs: Handed['outputs'] | null }>>;
}

/** A command that a step called, and for which another stands in. */
export interface CommandReport {
  readonly kind: 'command';
  readonly name: string;
  readonly given: readonly string[];
  readonly folder: string;
}

export interface Reports extends AsyncDisposable {
  readonly url: string;
  readonly jobs: JobReport[];
  readonly commands: CommandReport[];
}

/** Listens for what the jobs tell. `answer` is what a command prints; by throwing it fails. */
export async function reportService(answer: (command: CommandReport) => string): Promise<Reports> {
  const [jobs, commands]: [JobReport[], CommandReport[]] = [[], []];
  const take = async (request: IncomingMessage): Promise<string> => {
    const report = (await json(request)) as JobReport | CommandReport;
    if (report.kind === 'job') {
      jobs.push(report);
      return '';
    }
    commands.push(report);
    return answer(report);
  };
  const server = await listen(
    (request, response) => {
      take(request).then(
        (text) => response.end(text),
        (error: unknown) => response.writeHead(400).end(`${String(error)}\n`),
      );
    },
    { port: 0, host: '127.0.0.1' },
  );
  return { url: server.url, jobs, commands, [Symbol.asyncDispose]: () => server.close() };
}
