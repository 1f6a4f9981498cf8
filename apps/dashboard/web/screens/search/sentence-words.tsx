import { Select, type ComboboxData } from '@mantine/core';
import { chosenIn, type Blank } from './blanks.js';
import classes from './filter-sentence.module.css';
import type { PeopleSearch } from './search-filter.js';

/** What a part of the sentence is told, and tells. */
export interface SentenceProps {
  readonly search: PeopleSearch;
  readonly onChange: (search: PeopleSearch) => void;
}

/** Stands for "no choice": ids never look like this. */
export const ANY = '*';

/** A list as wide as what it says. */
export function Words(props: {
  readonly name: string;
  readonly said: string;
  readonly value: string;
  readonly data: ComboboxData;
  readonly isSet: boolean;
  readonly searchable?: boolean;
  readonly onChoose: (value: string) => void;
}) {
  const { name, said, value, data, isSet, searchable = false, onChoose } = props;
  return (
    <Select
      className={classes.blank}
      data-set={isSet || undefined}
      style={{ '--blank-ch': said.length }}
      aria-label={name}
      data={data}
      value={value}
      allowDeselect={false}
      rightSectionWidth={28}
      searchable={searchable}
      nothingFoundMessage="Nothing has this name"
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      onChange={(chosen) => {
        if (chosen !== null) onChoose(chosen);
      }}
    />
  );
}

/** A blank of which a choice is made. */
export function ChoiceBlank(props: {
  readonly blank: Blank;
  readonly search: PeopleSearch;
  readonly onChange: (means: PeopleSearch) => void;
}) {
  const { blank, search, onChange } = props;
  const chosen = chosenIn(blank, search);
  const said = chosen < 0 ? blank.otherwise(search) : blank.choices[chosen].label;
  const listed = blank.choices.map(({ label }, index) => ({ value: String(index), label }));
  return (
    <Words
      name={blank.name}
      said={said}
      value={String(chosen)}
      data={chosen < 0 ? [...listed, { value: '-1', label: said }] : listed}
      isSet={chosen !== 0}
      onChoose={(value) => {
        if (value !== '-1') onChange(blank.choices[Number(value)].means);
      }}
    />
  );
}
