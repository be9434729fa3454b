import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Platform } from '../../core/ports/platform.ts';
import { instant } from '../../core/time/instant.ts';

/** The surroundings of a function in Lambda: the wall clock, structured logs, metrics in embedded metric format. */
export function lambdaPlatform(task: string): Platform {
  const logger = new Logger({ serviceName: task });
  const metrics = new Metrics({ namespace: 'Holdfast', serviceName: task });
  return {
    clock: { now: () => instant(Date.now()) },
    telemetry: {
      info: (message, facts = {}) => logger.info(message, { ...facts }),
      error: (message, error, facts = {}) => logger.error(message, { ...facts, error }),
      metric: (name, unit, value, dimensions = {}) => {
        const single = metrics.singleMetric();
        single.addDimensions({ ...dimensions });
        single.addMetric(name, unit, value);
      },
    },
  };
}
