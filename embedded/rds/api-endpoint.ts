import type { EnableHttpEndpointRequest } from '@aws-sdk/client-rds';
import { modified } from './durations.ts';
import { invalidParameterCombination, invalidResourceState, resourceNotFound } from './errors.ts';
import { type Operation, operation } from './operation.ts';
import { lookUp } from './store.ts';

/** The engines whose provisioned clusters have a Data API (Aurora guide, Data API). */
const SPOKEN_TO = new Set(['aurora-postgresql', 'aurora-mysql']);

/** The Data API shows at once here, while the status lags. */
const turned = (on: boolean): Operation =>
  operation<EnableHttpEndpointRequest>(
    ['ResourceArn'],
    ({ ResourceArn: arn = '' }, { call, chance, here }) => {
      const [, , , , , kind, id = ''] = arn.split(':');
      const cluster = kind === 'cluster' ? lookUp(here.clusters, id, call.now) : undefined;
      if (!cluster) throw resourceNotFound(`The specified resource name was not found: ${arn}`);
      if (!SPOKEN_TO.has(cluster.engine))
        throw invalidParameterCombination(`The HTTP endpoint is not supported for ${cluster.engine}.`);
      const status = cluster.timeline.status(call.now);
      if (status !== 'available')
        throw invalidResourceState(`The DB cluster ${cluster.id} is not available: its status is ${status}.`);
      if (cluster.httpEndpoint !== on) {
        cluster.httpEndpoint = on;
        cluster.timeline.next('modifying', call.now).next('available', modified(call.now, chance));
      }
      return { ResourceArn: arn, HttpEndpointEnabled: on };
    },
  );

export const enableHttpEndpoint = turned(true);
export const disableHttpEndpoint = turned(false);
