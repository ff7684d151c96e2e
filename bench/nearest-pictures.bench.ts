/**
 * For each of more and more pictures those most like it, exactly: what the search of `check` takes of the processor and of memory.
 *
 *     npx tsx bench/nearest-pictures.bench.ts [PICTURES=25000,50000,100000] [THREADS=2]
 *
 * Rows are drawn, of length 1: what they hold does not matter to the time.
 */
import { createRandom } from '../src/math/random.ts'
import { nearestPictures } from '../src/parts/likeness/nearest-pictures.ts'
import { reducedLength } from '../src/parts/likeness/reduced-picture.ts'
import { quietTask } from '../src/task.ts'
import { machine, markdownTable } from './machine.ts'

const counts = (process.argv[2] ?? '25000,50000,100000').split(',').map(Number)
const threads = Number(process.argv[3] ?? 2)
const wanted = 12
const rows = [['pictures', 'time', 'processor', 'ns a pair', 'peak memory']]
for (const count of counts) {
  const random = createRandom(0, 'nearest')
  const vectors = Float32Array.from({ length: count * reducedLength }, () => random.uniform() - 0.5)
  for (let at = 0; at < vectors.length; at += reducedLength) {
    let squares = 0
    for (let d = 0; d < reducedLength; d++) squares += vectors[at + d]! ** 2
    for (let d = 0; d < reducedLength; d++) vectors[at + d]! /= Math.sqrt(squares)
  }
  const processor = (): number => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage()
    return (userCPUTime + systemCPUTime) / 1e6
  }
  const [began, before] = [performance.now(), processor()]
  const found = await nearestPictures(vectors, reducedLength, wanted, { device: 'cpu', threads }, quietTask)
  if (found.some(({ length }) => length !== wanted)) throw new Error('a picture has too few neighbours')
  const spent = processor() - before
  rows.push([
    String(count),
    `${((performance.now() - began) / 1000).toFixed(1)} s`,
    `${spent.toFixed(1)} s`,
    ((1e9 * spent) / count ** 2).toFixed(2),
    `${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`,
  ])
}
console.log(`${machine()}; ${wanted} neighbours of each, of ${reducedLength} values.\n`)
console.log(markdownTable(rows))
