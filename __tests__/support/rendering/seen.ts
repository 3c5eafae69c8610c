import { describe } from '@jest/globals';
import { timedAtOnce } from '../../../scripts/many-routines.js';
import { findChromium } from '../../../scripts/rendering/chromium.js';
import { type Rendered, renderMarkdown } from '../../../scripts/rendering/markdown.js';
import { HOSTILE_SCENES, type Played, play, SCENES } from '../../../scripts/rendering/scenes.js';
import {
  type Look,
  openBrowser,
  openScreen,
  type Screen,
  THEMES,
  type Theme,
} from '../../../scripts/rendering/screen.js';
import { node24 } from '../action/stage.js';

/** Where there is no Chromium, what is seen is not tested. */
const chromium = findChromium();
if (chromium.kind === 'missing') console.warn(`Summaries are not rendered: ${chromium.why}`);
export const describeSeen = chromium.kind === 'found' ? describe : describe.skip;

/** A summary as somebody sees it. */
export interface Seen extends Played {
  readonly theme: Theme;
  readonly rendered: Rendered;
  readonly look: Look;
  /** What mermaid had against its drawings. */
  readonly wrong: readonly string[];
}

export interface Everything {
  /** Of each scene in each theme. */
  readonly seen: readonly Seen[];
  readonly hostile: readonly (Seen & { readonly like: Seen })[];
  /** Ten summaries of a rollout that was rolled back, one under the other as in one job, in the light theme. */
  readonly stacked: Look;
}

/** Plays all scenes and looks at them, in one browser. */
export async function seeEverything(): Promise<Everything> {
  if (chromium.kind === 'missing') throw new Error(chromium.why);
  const [browser, { results: played }] = await Promise.all([
    openBrowser(chromium.path),
    timedAtOnce([...SCENES, ...HOSTILE_SCENES], 3, async (scene) => play(scene, node24)),
  ]);
  try {
    const screens = await Promise.all(
      THEMES.map(async (theme) => ({ theme, screen: await openScreen(browser, theme) })),
    );
    const byTheme = await Promise.all(
      screens.map(async ({ theme, screen }) => {
        const seen: Seen[] = [];
        for (const one of played) seen.push({ ...one, theme, ...(await shown(screen, one.result.summary)) });
        return seen;
      }),
    );
    const seen = byTheme.flat();
    const named = (name: string, theme: Theme) => seen.filter((one) => one.scene.name === name && one.theme === theme);
    const ten = Array.from({ length: 10 }, () => named('rolled-back', 'light')[0]?.result.summary).join('\n');
    const [first] = screens;
    if (first === undefined) throw new Error('there is no screen');
    return {
      seen: seen.filter(({ scene }) => SCENES.includes(scene)),
      hostile: HOSTILE_SCENES.flatMap(({ name, like }) =>
        THEMES.flatMap((theme) =>
          named(name, theme).flatMap((one) => named(like, theme).map((other) => ({ ...one, like: other }))),
        ),
      ),
      stacked: (await shown(first.screen, ten)).look,
    };
  } finally {
    await browser.close();
  }
}

async function shown(screen: Screen, markdown: string): Promise<Pick<Seen, 'rendered' | 'wrong' | 'look'>> {
  const rendered = renderMarkdown(markdown);
  const wrong = await screen.show(rendered);
  return { rendered, wrong, look: await screen.look() };
}
