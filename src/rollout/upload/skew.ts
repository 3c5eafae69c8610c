import type { AssetNames, CodeVersion, VersionDetails } from '../model.js';
import { type Lacking, lacking } from './asset-names.js';

/** A version of a split, and which hashed assets it has. */
export interface WithAssets {
  readonly version: CodeVersion;
  readonly names: AssetNames;
}

/** The same of the versions of a split, as far as both say which assets they have; the stable first where it is known. */
export function skewDoubt(split: readonly VersionDetails[]): string[] {
  const [one, other, ...more] = split.flatMap(({ version, assetNames }) =>
    assetNames === undefined ? [] : [{ version, names: assetNames }],
  );
  if (one === undefined || other === undefined || more.length > 0) return [];
  const warning = skewWarning(one, other);
  return warning === undefined ? [] : [warning];
}

/**
 * A warning where pages of one version of a split ask for assets that the other has not, as the edge draws a version
 * for each request; undefined where they ask in vain for none of which it is known.
 */
export function skewWarning(stable: WithAssets, canary: WithAssets): string | undefined {
  const ofStable = lacking(stable.names, canary.names);
  const ofCanary = lacking(canary.names, stable.names);
  if (ofStable.missing + ofCanary.missing === 0) return undefined;
  const told = [
    ...(ofStable.missing === 0 ? [] : [`${canary.version} lacks ${counted(ofStable)} of ${stable.version}`]),
    ...(ofCanary.missing === 0 ? [] : [`${stable.version} lacks ${counted(ofCanary)} of ${canary.version}`]),
  ];
  const keep =
    ofStable.missing === 0
      ? []
      : [`Keep the assets of the last release in the directory: then no page of ${stable.version} misses any.`];
  const ahead =
    ofCanary.missing === 0
      ? []
      : [
          `What ${stable.version} lacks it can only have from a release before: first release the new assets beside the old pages, then the pages.`,
        ];
  return [
    `While traffic is split, a page of one version asks the other for assets as well, and gets 404 for those that it lacks: ${told.join('; ')}.`,
    ...keep,
    ...ahead,
  ].join(' ');
}

function counted({ missing, of, exact }: Lacking): string {
  return exact ? `${missing} of the ${of} hashed assets` : `${missing} of ${of} hashed assets that were compared`;
}
