/** For whoever writes a detector: `plumbline-vision/testing`. */
export { type DetectorBattery, type DetectorCheck, detectorBattery } from './detector-battery.ts'
export { defectAt, stripes } from './striped-image.ts'
