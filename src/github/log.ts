import * as core from '@actions/core';
import { oneLine } from '../rollout/escape.js';
import type { Secrets } from '../secrets/secrets.js';

/** In characters. */
const LONGEST_LINE = 4_000;
const LONGEST_TITLE = 200;

/**
 * The job's log. Whatever is written here was said by somebody else in part, so each text is made free of secrets and
 * of workflow commands at this one place, and no caller can forget it.
 */
export interface Log {
  /** A detail, in the section that was begun last. */
  readonly say: (line: string) => void;
  /** What stands between the sections: all that somebody reads who unfolds none. */
  readonly headline: (line: string) => void;
  /** From here on details are folded away under this title; there is no group before there is a detail. */
  readonly section: (title: string) => void;
  /** Shown only where the workflow's debug log is on. */
  readonly debug: (line: string) => void;
  readonly warn: (sentence: string, title?: string) => void;
  /** An error annotation; whether the step fails is decided elsewhere. */
  readonly fail: (sentence: string, title: string) => void;
  /** The same of a text whose lines matter, such as a stack. */
  readonly failWithLines: (text: string, title: string) => void;
}

export function openLog({ redact }: Pick<Secrets, 'redact'>): Log {
  const shown = (text: string) => oneLine(redact(text), LONGEST_LINE);
  const titled = (title: string) => ({ title: oneLine(redact(title), LONGEST_TITLE) });
  const lines = (text: string) =>
    redact(text)
      .split('\n')
      .map((line) => oneLine(line, LONGEST_LINE))
      .join('\n');
  const fold = folding();
  return {
    say: (line) => fold.within(() => core.info(shown(line))),
    headline: (line) => fold.outside(() => core.info(shown(line))),
    section: (title) => fold.begin(oneLine(redact(title), LONGEST_TITLE)),
    debug: (line) => core.debug(shown(line)),
    warn: (sentence, title) =>
      fold.outside(() => core.warning(shown(sentence), title === undefined ? {} : titled(title))),
    fail: (sentence, title) => fold.outside(() => core.error(shown(sentence), titled(title))),
    failWithLines: (text, title) => fold.outside(() => core.error(lines(text), titled(title))),
  };
}

/** A runner knows groups of one level, and what it is told within one is folded away with it. */
function folding() {
  let [title, isOpen, isContinued] = ['', false, false];
  const close = () => {
    if (isOpen) core.endGroup();
    isOpen = false;
  };
  const begin = (next: string) => {
    close();
    [title, isContinued] = [next, false];
  };
  const within = (write: () => void) => {
    if (!isOpen && title !== '') {
      core.startGroup(isContinued ? `${title}, continued` : title);
      [isOpen, isContinued] = [true, true];
    }
    write();
  };
  const outside = (write: () => void) => {
    close();
    write();
  };
  return { begin, within, outside };
}

/** Whether the debug log of the workflow is on. */
export const isDebug = core.isDebug;
