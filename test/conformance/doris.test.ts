import { DorisWorld } from '../support/doris-world.ts';
import { driverSuite } from './driver-suite.ts';

driverSuite('doris', () => new DorisWorld());
