import type { z } from 'zod';
import { ALLOWANCES } from '../engines/capabilities.ts';
import { CHECKS } from './checks.ts';
import { defined } from './defined.ts';
import { draftOf } from './draft.ts';
import type { Cluster, DrillRule, Installation, Plan, RestoreDefaults } from './installation.ts';
import { type Problem, problem } from './problem.ts';
import { config, type ParsedCluster, type ParsedConfig } from './schema.ts';
import { snapshotsFit } from './snapshot-quota.ts';

/** Settings that the design names and this version does not have. */
const NOT_OFFERED: Readonly<Record<string, string>> = {
  vaultAccount:
    'a separate vault account is not offered yet; remove this setting and every vault stays in this account',
};

function problemsOf(issue: z.core.$ZodIssue, input: unknown): readonly Problem[] {
  if (issue.code !== 'unrecognized_keys') return [problem(input, issue.path, issue.message)];
  return issue.keys.map((key) => problem(input, [...issue.path, key], NOT_OFFERED[key] ?? issue.message));
}

function planOf(name: string, plan: ParsedConfig['plans'][string], recovery: readonly string[]): Plan {
  const copyTo = plan.copyTo ?? recovery;
  const { retention, objectives, drills, ...rest } = plan;
  return {
    ...rest,
    name,
    retention: defined(retention),
    copyTo,
    ...(drills && { drills: drillsOf(drills, copyTo) }),
    objectives: {
      ...objectives,
      survives: objectives.survives ?? (copyTo.length > 0 ? 'region' : 'cluster'),
    },
  };
}

/** The checks have seen that there is a region to drill in. */
function drillsOf(
  { in: named, ...drills }: NonNullable<ParsedConfig['plans'][string]['drills']>,
  [first]: readonly string[],
): DrillRule {
  return { ...drills, region: named ?? first! };
}

/** What a standby does not say of its source, the cluster's own reach says. */
const withSource = (parsed: ParsedCluster): ParsedCluster => {
  if (parsed.engine !== 'doris' || !parsed.standby) return parsed;
  const { host, port } = parsed.reach.sql;
  const { standby } = parsed;
  return { ...parsed, standby: { ...standby, source: { host, port, ...standby.source } } };
};

function clusterOf(name: string, parsed: ParsedCluster): Cluster {
  const { restoreRate, expectedSize, restoreInto, ...own } = withSource(parsed);
  // Each engine's own schema has parsed `restoreInto`; the spread forgets which engine it was.
  return {
    ...own,
    name,
    expectedBytes: expectedSize,
    restoreBytesPerSecond: restoreRate ?? ALLOWANCES[parsed.engine].restoreBytesPerSecond,
    restoreInto: Object.fromEntries(
      Object.entries(restoreInto).map(([region, into]): [string, RestoreDefaults] => [region, defined(into)]),
    ),
  } as Cluster;
}

/**
 * Says what a configuration means, with every default filled in, or everything that is wrong with it: one problem per
 * mistake, however many there are.
 */
export function validate(input: unknown): Installation | Problem[] {
  const draft = draftOf(input);
  const parsed = config.safeParse(input);
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOf(issue, input))),
    ...CHECKS.flatMap((check) => check(draft)).map(({ steps, change }) => problem(input, steps, change)),
  ];
  if (!parsed.success || problems.length > 0) return inOrderOfInput(problems);
  const installation = installationOf(parsed.data);
  // Counts runs, so it needs everything else to be right.
  const full = snapshotsFit(installation, parsed.data.quotas.clusterSnapshots);
  return full.length > 0 ? full.map(({ steps, change }) => problem(input, steps, change)) : installation;
}

function installationOf(parsed: ParsedConfig): Installation {
  const { name, account, regions, plans, clusters, groups, approvals, vaultLock, notify } = parsed;
  return {
    name,
    ...(account === undefined ? {} : { account }),
    regions,
    plans: Object.entries(plans).map(([planName, plan]) => planOf(planName, plan, regions.recovery)),
    clusters: Object.entries(clusters).map(([clusterName, cluster]) => clusterOf(clusterName, cluster)),
    groups: Object.entries(groups).map(([groupName, { to, ...group }]) => ({
      ...group,
      name: groupName,
      // The checks have seen that there is one, where nobody named it.
      to: to ?? regions.recovery[0]!,
    })),
    approvals,
    vaultLock,
    notify,
  };
}

/** Mistakes about the same place stand together, and a place that two rules object to is told once. */
function inOrderOfInput(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  return problems
    .filter(({ path, change }) => !seen.has(`${path} ${change}`) && seen.add(`${path} ${change}`))
    .toSorted((a, b) => a.path.localeCompare(b.path));
}
