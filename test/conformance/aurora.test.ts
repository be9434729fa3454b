import { AuroraWorld } from '../support/aurora-world.ts';
import { driverSuite } from './driver-suite.ts';

for (const engine of ['aurora', 'documentdb', 'neptune'] as const)
  driverSuite(engine, () => new AuroraWorld(engine));
