import type { Cluster } from '../../core/plan/installation.ts';
import { keepsLogs, logsAt } from './logs.ts';
import type { Site } from './settings.ts';

/** The clusters whose log follows from the primary's vault into this region's. */
export const followedAt = (site: Site): readonly Cluster[] =>
  site.region === site.installation.regions.primary ? [] : logsAt(site);

export const followsLogs = (site: Site): boolean => followedAt(site).length > 0;

/** The regions that logs of this one follow into: none, unless this is the primary. */
export const followersOf = ({ installation, region }: Site): readonly string[] =>
  region === installation.regions.primary
    ? installation.regions.recovery.filter((other) => keepsLogs({ installation, region: other }))
    : [];
