/**
 * How a piece of work is done, as far as its last digits hang on it: the program, the runtime, the threads that share a sum, the
 * instructions of the processor.
 */
import { readFileSync } from 'node:fs'
import { arch, cpus } from 'node:os'
import { version } from '../version.ts'

export interface Making {
  readonly plumbline: string
  readonly onnxruntime: string
  readonly device: string
  readonly threads: number
  /** Images to a run of the network. */
  readonly batch: number
  /** As {@link processorClass} says. */
  readonly processor: string
}

/** What of a worker decides whether it may take a step at all: the two must be the submitter's. */
export const laneOf = ({ plumbline, onnxruntime }: Pick<Making, 'plumbline' | 'onnxruntime'>): string =>
  `plumbline-${plumbline}-ort-${onnxruntime}`

/** @param runtime - Version of the runtime of networks. */
export function makingHere(runtime: string, how: Pick<Making, 'device' | 'threads' | 'batch'>): Making {
  return { plumbline: version, onnxruntime: runtime, ...how, processor: processorClass() }
}

/** Instructions that kernels of networks are chosen by. */
const decisive = /^(avx2?|fma|f16c|avx512\w*|avx_vnni|amx_\w+|asimd\w*|sve2?|bf16|i8mm)$/

/**
 * The architecture and the instruction sets that numerical kernels are chosen by, e.g. `x64 avx avx2 f16c fma`; where the system
 * does not tell, the name of the processor.
 *
 * @param cpuinfo - Text as Linux gives it in `/proc/cpuinfo`; null to ask this machine.
 */
export function processorClass(cpuinfo: string | null = null): string {
  const [, listed] = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo ?? thisCpuinfo()) ?? []
  if (listed === undefined) return `${arch()} ${cpus()[0]?.model.trim() ?? 'unknown'}`
  const flags = listed.split(/\s+/).filter((flag) => decisive.test(flag))
  return [arch(), ...[...new Set(flags)].sort()].join(' ')
}

function thisCpuinfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8')
  } catch {
    return '' // no Linux
  }
}
