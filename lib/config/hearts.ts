import { type Heart, heartOf } from '../../core/heartbeat/heart.ts';
import { isPrimary, type Site } from './settings.ts';

/** The hearts that beat in this region: where the clusters are, and nowhere else. */
export const heartsAt = (site: Site): readonly Heart[] =>
  isPrimary(site) ? site.installation.clusters.flatMap((cluster) => heartOf(cluster) ?? []) : [];
