import { TidbWorld } from '../support/tidb-world.ts';
import { driverSuite } from './driver-suite.ts';

driverSuite('tidb', () => new TidbWorld());
