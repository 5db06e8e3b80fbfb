import { useQuery } from '@tanstack/react-query';
import { projectsQuery } from '../api/surroundings.ts';
import { Select } from '../ui/select.tsx';

/** One project, or '' for all that one may see. Where there is one only, there is nothing to choose. */
export function ProjectSelect({ value, onChange }: { value: string; onChange: (project: string) => void }) {
  const { data = [] } = useQuery(projectsQuery);
  const names = [...new Set([...data.map(({ name }) => name), ...(value === '' ? [] : [value])])].toSorted();
  if (names.length < 2 && value === '') return null;
  const options = { '': 'All projects', ...Object.fromEntries(names.map(name => [name, name])) };
  return <Select label="Project" value={value} options={options} onChange={onChange} />;
}
