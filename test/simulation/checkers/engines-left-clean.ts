import type { Stage } from '../../../cli/stage.ts';
import { IN_FLIGHT } from '../../../core/catalog/life-cycle.ts';
import { catalogOf } from '../../support/catalog-of.ts';
import { regionsOf } from './checker.ts';

/**
 * Healed, nothing of Holdfast's work is left in engines that run by themselves: no repository and no job in a Doris,
 * but those of a capture or a restore that is under way. What milvus-backup leaves in Milvus's own bucket when it ends
 * badly (`restore-temp-…`, docs/engines/milvus.md) carries no name that Holdfast could tell for its own.
 */
export const enginesLeftClean = (stage: Stage): string[] =>
  regionsOf(stage).flatMap((region) => {
    const busy = stage.cloud.states.machines
      .filter((machine) => machine.region === region && machine.name.endsWith('-restore'))
      .some(({ arn }) => stage.cloud.states.list(arn).some(({ status }) => status === 'RUNNING'));
    return busy ? [] : repositoriesAndJobs(stage, region);
  });

function repositoriesAndJobs(stage: Stage, region: string): string[] {
  const { points } = catalogOf(stage, region);
  const working = points.filter(({ state }) => IN_FLIGHT.has(state)).map(({ id }) => id as string);
  const needed = (name: string) => working.some((id) => name.includes(id));
  return stage.doris.fleet.clusters
    .filter(({ options }) => options.region === region)
    .flatMap(({ name, jobs }) => [
      ...[...jobs.repositories.keys()]
        .filter((repository) => repository.startsWith('holdfast_') && !needed(repository))
        .map((repository) => `${name} in ${region} has the repository ${repository}, and nothing needs it`),
      ...jobs.all
        // A full sync is a job of somebody else's, and stays on the backends.
        .filter(({ done, label, parts }) => !done && parts.repository && !needed(label))
        .map(
          ({ kind, label, state }) =>
            `the ${kind} ${label} of ${name} in ${region} is ${state}, and nothing needs it`,
        ),
    ]);
}
