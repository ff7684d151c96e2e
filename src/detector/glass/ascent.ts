/**
 * Global anomaly synthesis: noise, and then steps up the slope of the loss, lead from every nominal patch to where the
 * discriminator is least willing to call it anomalous; every few steps it is brought back into a shell.
 *
 * The reference walks in the space of features, which costs two products with the hidden layer's weights W a step, and over the
 * nominal half as well. But the loss sees features f only through x = f Wᵀ. A step along the slope is t D W with D = dL/dx, so
 * x moves by t D (W Wᵀ), one smaller product; lengths follow from it, |D W|² being D · D (W Wᵀ); and of the nominal half, batch
 * normalisation needs two moments. So the walk happens behind the hidden layer, and features are made of where it led.
 * Equal to the reference but for rounding, with 147 GFLOP instead of 806 at its size.
 *
 * Source: Chen et al. 2024, arXiv 2407.09359 (global anomaly synthesis); github.com/cqylunlun/GLASS, glass.py, _train_discriminator.
 */
import { add, div, gemm, mul, reduceMean, reduceSum, sqrt, stopGradient } from '../../graph/index.ts'
import {
  type Ascended,
  type AscentInput,
  hyperspherePath,
  manifoldPath,
  type Path,
  type PathInput,
} from './ascent-path.ts'
import { openSlope } from './ascent-slope.ts'
import { layerNames } from './networks.ts'

export interface AscentOptions {
  readonly steps: number
  /** Length of a step, in units of adapted features. */
  readonly stepSize: number
  /** Steps from one projection into the shell to the next. */
  readonly projectEvery: number
}

/** Cost: 2 rows hidden² for each step, and 4 rows hidden dims; about 17 passes over [rows, hidden] a step. */
export function ascend(input: AscentInput, options: AscentOptions): Ascended {
  const { parameters, shell } = input
  const weight = stopGradient(parameters[layerNames(1).weight]!)
  const realHidden = stopGradient(input.realHidden)
  const mean = reduceMean(realHidden, [0], true)
  const slope = openSlope(realHidden, mean, parameters, input.running)
  const pathInput: PathInput = {
    ...input,
    origin: mean,
    noiseHidden: gemm(input.noise, weight, { transB: true }),
  }
  const path: Path =
    shell.hypothesis === 'manifold' ? manifoldPath(pathInput, shell) : hyperspherePath(pathInput, shell)
  const square = gemm(weight, weight, { transB: true }) // W Wᵀ
  for (let step = 1; step <= options.steps; step++) {
    const direction = stopGradient(slope.at(path.hidden()))
    const moved = gemm(direction, square)
    const length = sqrt(reduceSum(mul(moved, direction), [1], true))
    const factor = div(options.stepSize, add(length, 1e-10))
    path.step(mul(direction, factor), mul(moved, factor))
    if (step % options.projectEvery === 0) path.project()
  }
  return { ...path.arrive(), running: slope.running() }
}
