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
  readonly say: (line: string) => void;
  /** Shown only where the workflow's debug log is on. */
  readonly debug: (line: string) => void;
  readonly warn: (sentence: string) => void;
  /** An error annotation; whether the step fails is decided elsewhere. */
  readonly fail: (sentence: string, title: string) => void;
  /** The same of a text whose lines matter, such as a stack. */
  readonly failWithLines: (text: string, title: string) => void;
  /** Lines that are folded away under a title. */
  readonly group: (title: string, text: string) => void;
}

export function openLog({ redact }: Pick<Secrets, 'redact'>): Log {
  const shown = (text: string) => oneLine(redact(text), LONGEST_LINE);
  const lines = (text: string) =>
    redact(text)
      .split('\n')
      .map((line) => oneLine(line, LONGEST_LINE));
  return {
    say: (line) => core.info(shown(line)),
    debug: (line) => core.debug(shown(line)),
    warn: (sentence) => core.warning(shown(sentence)),
    fail: (sentence, title) => core.error(shown(sentence), { title: oneLine(redact(title), LONGEST_TITLE) }),
    failWithLines: (text, title) => core.error(lines(text).join('\n'), { title }),
    group: (title, text) => {
      core.startGroup(title);
      for (const line of lines(text.trimEnd())) core.info(line);
      core.endGroup();
    },
  };
}
