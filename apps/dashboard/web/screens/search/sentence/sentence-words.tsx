import { NumberInput, Select, type ComboboxData } from '@mantine/core';
import { useState } from 'react';
import { chosenIn, type Blank, type TypedNumber } from './blanks.js';
import classes from './filter-sentence.module.css';
import type { PeopleSearch } from '../search-filter.js';

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

const OTHER = 'other';

/** A blank of which a choice is made, or numbers are typed where it takes them. */
export function ChoiceBlank(props: {
  readonly blank: Blank;
  readonly search: PeopleSearch;
  readonly onChange: (means: PeopleSearch) => void;
}) {
  const { blank, search, onChange } = props;
  const [isTyping, setTyping] = useState(false);
  const chosen = chosenIn(blank, search);
  const isOther = chosen < 0 || isTyping;
  const otherWords = chosen < 0 ? blank.otherwise(search) : 'other …';
  const said = isOther ? otherWords : blank.choices[chosen].label;
  const listed = blank.choices.map(({ label }, index) => ({ value: String(index), label }));
  const hasOther = isOther || blank.numbers !== undefined;
  return (
    <>
      <Words
        name={blank.name}
        said={said}
        value={isOther ? OTHER : String(chosen)}
        data={hasOther ? [...listed, { value: OTHER, label: isOther ? otherWords : 'other …' }] : listed}
        isSet={chosen !== 0 || isTyping}
        onChoose={(value) => {
          setTyping(value === OTHER);
          if (value !== OTHER) onChange(blank.choices[Number(value)].means);
        }}
      />
      {isOther &&
        blank.numbers?.map((number) => (
          <NumberBlank
            key={`${number.field} ${search[number.field] ?? ''}`}
            number={number}
            name={blank.name}
            value={search[number.field]}
            onChange={(value) => {
              setTyping(false); // from now on the numbers tell that they are not listed
              onChange({ [number.field]: value });
            }}
          />
        ))}
    </>
  );
}

/** Taken when the field is left, or with Enter; empty asks for nothing. Ranges are the server's to check. */
function NumberBlank(props: {
  readonly number: TypedNumber;
  readonly name: string;
  readonly value: number | undefined;
  readonly onChange: (value: number | undefined) => void;
}) {
  const { number, name, value, onChange } = props;
  const take = (text: string): void => {
    const next = text === '' ? undefined : Number(text);
    if (next !== value) onChange(next);
  };
  return (
    <label className={classes.number}>
      {number.label}
      <NumberInput
        w={64}
        hideControls
        aria-label={`${name}: ${number.label}`}
        defaultValue={value}
        onBlur={(event) => {
          take(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') take(event.currentTarget.value);
        }}
      />
      {number.unit}
    </label>
  );
}
