import { beforeAll, expect, test } from '@jest/globals';
import { OUTCOMES } from '../../src/rollout/outcome.js';
import { describeSeen, type Everything, type Seen, seeEverything } from '../support/rendering/seen.js';

/** In CSS pixels, of ten routines in one job, details closed. */
const TEN_ROUTINES = 6_000;
/** WCAG 2.2: large text (1.4.3), and what has to be told apart in a drawing (1.4.11). */
const LEAST_CONTRAST = 3;

/** Where links may lead: to the repository whose job it is. */
const OURS = 'https://github.com/octo/hello/';

describeSeen('a summary as GitHub shows it', () => {
  let all: Everything;
  beforeAll(async () => {
    all = await seeEverything();
  }, 180_000);

  /** What is wrong with any of them, by scene and theme. */
  const among = (seen: readonly Seen[], faults: (one: Seen) => readonly string[]) =>
    seen.flatMap((one) => faults(one).map((fault) => `${one.scene.name}, ${one.theme}: ${fault}`));
  const everywhere = (faults: (one: Seen) => readonly string[]) => among([...all.seen, ...all.hostile], faults);

  test('is there for each way in which a run can end', () => {
    const ended = all.seen.map(({ result }) => result.outputs['outcome']);
    expect(new Set(ended)).toEqual(new Set(Object.keys(OUTCOMES)));
    expect(
      everywhere(({ scene, result }) => (result.outputs['outcome'] === scene.outcome ? [] : [result.log])),
    ).toEqual([]);
  });

  test('has every drawing that it asks for', () => {
    expect(everywhere(({ wrong }) => wrong)).toEqual([]);
    const asked = ({ result }: Seen) => result.summary.split('```mermaid').length - 1;
    expect(everywhere((one) => (one.look.drawings.length === asked(one) ? [] : [`${asked(one)} asked for`]))).toEqual(
      [],
    );
    expect(new Set(all.seen.flatMap(({ look }) => look.drawings))).toContain('xychart');
  });

  test('has nothing that is wider than the page, or cut off in a drawing', () => {
    expect(everywhere(({ look }) => look.tooWide)).toEqual([]);
  });

  test('has drawings whose text can be read', () => {
    const faint = (one: Seen) => one.look.contrasts.filter(({ ratio }) => ratio < LEAST_CONTRAST);
    expect(everywhere((one) => faint(one).map(({ text, ratio }) => `${text}: ${ratio.toFixed(2)}`))).toEqual([]);
    expect(all.seen.flatMap(({ look }) => look.contrasts).length).toBeGreaterThan(0);
  });

  test('has drawings that can be seen', () => {
    const faint = (one: Seen) => one.look.marks.filter(({ ratio }) => ratio < LEAST_CONTRAST);
    expect(everywhere((one) => faint(one).map(({ text, ratio }) => `${text}: ${ratio.toFixed(2)}`))).toEqual([]);
  });

  test('shows no mark of Markdown, of HTML or of a drawing as text', () => {
    const leaks = /\*\*|~~|\|\s*:?-{2,}|^\s*:?-{3,}|<\/?[a-z!]|&(?:[a-z]+|#\d+);|\]\(|^#{1,6}\s|`|%%\{/im;
    expect(among(all.seen, ({ look }) => look.texts.filter((text) => leaks.test(text)))).toEqual([]);
  });

  test('counts on nothing being taken out of it', () => {
    expect(
      everywhere(({ rendered }) => (rendered.html === rendered.unsanitized ? [] : [rendered.unsanitized])),
    ).toEqual([]);
  });

  test('gives code to the clipboard as it is', () => {
    const changed = ({ look }: Seen) => look.codes.filter(({ text, copied }) => text !== copied);
    expect(everywhere((one) => changed(one).map(({ text, copied }) => `${text} becomes ${copied}`))).toEqual([]);
    const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
    expect(everywhere(({ look }) => look.codes.map(({ text }) => text).filter((text) => invisible.test(text)))).toEqual(
      [],
    );
  });

  test('has inputs in code that can be pasted as they are', () => {
    const split = /^versions: \d{19}=\d{1,3}(?:,\d{19}=\d{1,3})?$/;
    const codes = ({ look }: Seen, start: string) =>
      look.codes.map(({ text }) => text).filter((text) => text.startsWith(start));
    expect(among(all.seen, (one) => codes(one, 'versions: ').filter((text) => !split.test(text)))).toEqual([]);
    const live = ({ result }: Seen) => `expect-deployment-id: ${result.outputs['deployment-id']}`;
    expect(among(all.seen, (one) => codes(one, 'expect-deployment-id: ').filter((text) => text !== live(one)))).toEqual(
      [],
    );
    for (const one of all.seen.filter(({ scene }) => ['deployed', 'rollback-failed'].includes(scene.name)))
      expect(codes(one, 'versions: ')).toContain(`versions: ${one.result.outputs['previous-versions']}`);
  });

  test('has addresses in code, whole', () => {
    const bare = (one: Seen) => one.look.texts.filter((text) => /https?:|\/\/127/.test(text));
    expect(among(all.seen, bare)).toEqual([]);
    const failing = all.seen.filter(({ scene }) => ['rolled-back', 'held', 'rollback-failed'].includes(scene.name));
    for (const { look, gateUrl } of failing) expect(look.codes.map(({ text }) => text)).toContain(gateUrl);
  });

  test('leaves room for those of ten routines', () => {
    expect(all.stacked.height).toBeLessThan(TEN_ROUTINES);
  });

  test('asks nobody for anything', () => {
    expect(everywhere(({ look }) => look.requests)).toEqual([]);
  });

  test('has no element, no link and no program of somebody else', () => {
    const foreign = ({ look, like }: Everything['hostile'][number]) => [
      ...look.elements.filter((name) => !like.look.elements.includes(name)),
      ...look.attributes.filter((name) => !like.look.attributes.includes(name)),
      ...look.links.filter((link) => !like.look.links.includes(link)),
      ...(look.title === like.look.title ? [] : [look.title]),
    ];
    const found = all.hostile.flatMap((one) => foreign(one).map((fault) => `${one.scene.name}: ${fault}`));
    expect(found).toEqual([]);
    expect(all.seen.flatMap(({ look }) => look.links).filter((link) => !link.startsWith(OURS))).toEqual([]);
    // Or nothing was there to be made harmless.
    const shown = ({ look }: Seen) => look.texts.join('').includes('<script>');
    expect(all.hostile.filter((one) => !shown(one)).map(({ scene }) => scene.name)).toEqual([]);
  });

  test('has what others wrote to the letter', () => {
    const marked = [
      ['&a=[b](c)|', '`d`**e**'],
      ['</h1> |---| ', '``` ~~~ **b**'],
    ] as const;
    const lost = ({ look }: Seen) =>
      marked.flatMap(([before, after]) =>
        look.whole
          .split(before)
          .slice(1)
          .filter((rest) => !rest.startsWith(after) && !after.startsWith(rest.split('…', 1).join('')))
          .map((rest) => `${before}${rest.slice(0, 30)}`),
      );
    expect(among(all.hostile, lost)).toEqual([]);
  });

  test('names nothing that GitHub would make a link of', () => {
    // GitHub looks at each piece of text by itself.
    const linked = /(?:^|\W)@[a-z\d]|(?:^|\W)#\d|\bGH-\d|\bwww\.|\bhttps?:\/\//i;
    expect(everywhere(({ look }) => look.texts.filter((text) => linked.test(text)))).toEqual([]);
  });
});
