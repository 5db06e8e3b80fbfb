/** `registry.example/team/web:1.8, 3/3 ready` → `3/3 ready, web:1.8`: where there is little room, what differs from line to line comes first. */
export function shortSummary(summary: string | undefined): string {
  const parts = summary?.split(', ') ?? [];
  const isImage = (part: string) => /^\S+\/\S+:\S+$/.test(part);
  const images = parts.filter(isImage).map(image => image.slice(image.lastIndexOf('/') + 1));
  return [...parts.filter(part => !isImage(part)), ...images].join(', ');
}
