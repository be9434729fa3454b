import { ObjectsWorld } from '../support/objects-world.ts';
import { driverSuite } from './driver-suite.ts';

driverSuite('objects', () => new ObjectsWorld());
