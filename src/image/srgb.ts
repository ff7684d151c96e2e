/** The sRGB curve between coded values and light, both 0..1. Source: IEC 61966-2-1. */

export const lightOfSrgb = (value: number): number =>
  value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4

/** @param light - What is above 1 stays above it. */
export const srgbOfLight = (light: number): number =>
  light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055
