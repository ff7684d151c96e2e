/** flowwalk's settings: those of the flow and the walk, and the few of GLASS's that one may want to say. */
import { z } from 'zod'
import { settingFlags } from '../setting-flags.ts'
import { directions } from './walk.ts'

export const flowwalkOptions = z.strictObject({
  /** Least and largest length of a walk, in standard deviations of the flow's base. */
  walk: z
    .tuple([z.number().min(1e-3).max(1e3), z.number().min(1e-3).max(1e3)])
    .refine(([low, high]) => low <= high, 'expected [least, largest]')
    .default([4, 12]),
  direction: z.enum(directions).default('random'),
  /** Coupling blocks of the flow, hidden units of their networks, and where their factors level off. */
  blocks: z.int().min(1).max(32).default(4),
  flowHidden: z.int().min(1).max(4096).default(128),
  clamp: z.number().positive().max(10).default(1),
  /** Training of the flow: steps, patches a step, learning rate of Adam. */
  flowSteps: z.int().min(1).max(1_000_000).default(1500),
  flowRows: z.int().min(2).max(65_536).default(1024),
  flowRate: z.number().positive().max(1).default(1e-3),
  /** As GLASS's; null for what its preset `small` has. */
  stages: z.array(z.string()).min(1).nullable().default(null),
  relative: z.boolean().nullable().default(null),
  textures: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .register(settingFlags, {
      help: 'folder of images that synthetic anomalies get their textures from',
      path: { placeholder: 'DIR', mustExist: 'no such folder of textures' },
      defaultText: 'embedded ones',
    }),
  hypothesis: z.enum(['auto', 'manifold', 'hypersphere']).default('manifold').register(settingFlags, {
    help: 'whether nominal images vary along many appearances or around one; `auto` goes by their average',
  }),
  steps: z.int().min(1).max(10_000_000).nullable().default(null),
  /** Weight of textures on images beside the walks; 0 for walks alone. */
  localWeight: z.number().min(0).max(1e3).nullable().default(null),
})

export type FlowwalkOptions = z.infer<typeof flowwalkOptions>
