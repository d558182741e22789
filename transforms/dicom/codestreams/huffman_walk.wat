;; Walks over the Huffman codes of a JPEG scan, from code to code. No value is decoded.
;;
;; Memory: the caller fills it, and gives addresses in it. The data stand in it backwards, so that eight of their bytes are one
;; little-endian word, with the first of them as its highest. A table has 65536 entries of 16 bits: bit pattern -> the symbol of
;; the code with which the pattern begins, and its length in the lowest eight bits; 0 where the pattern begins with no code.
;; Positions are bits from the begin of the data. `intervals` to `end_of_intervals` has two numbers of 64 bits for each restart
;; interval: the position of its first code, which a walk replaces by that behind its last one, and its number of MCUs. A walk
;; returns 0 where a code is invalid, or begins behind the data.
(module
  (memory (export "memory") 1)
  (global $end_of_data (mut i32) (i32.const 0))  ;; The address behind the first byte of the data.
  (global $bits (mut i64) (i64.const 0))  ;; Of the data.
  (global $position (mut i64) (i64.const 0))
  (global $marks (mut i32) (i32.const 0))  ;; Where the next mark is written; 0 where none is.

  (func $begin (param $end_of_data i32) (param $bits i64) (param $marks i32)
    (global.set $end_of_data (local.get $end_of_data))
    (global.set $bits (local.get $bits))
    (global.set $marks (local.get $marks)))

  (func $mark (param $position i64)
    (i64.store (global.get $marks) (local.get $position))
    (global.set $marks (i32.add (global.get $marks) (i32.const 8))))

  ;; The bits from the position on; 57 of them at least.
  (func $window (result i64)
    (i64.shl
      (i64.load align=1
        (i32.sub
          (i32.sub (global.get $end_of_data) (i32.const 8))
          (i32.wrap_i64 (i64.shr_u (global.get $position) (i64.const 3)))))
      (i64.and (global.get $position) (i64.const 7))))

  ;; The number that some bits hold; moves behind it.
  (func $number (param $count i32) (result i32)
    (local $value i32)
    (if (i32.eqz (local.get $count)) (then (return (i32.const 0))))
    (local.set $value
      (i32.wrap_i64
        (i64.shr_u (call $window) (i64.sub (i64.const 64) (i64.extend_i32_u (local.get $count))))))
    (call $skip (local.get $count))
    (local.get $value))

  (func $skip (param $count i32)
    (global.set $position (i64.add (global.get $position) (i64.extend_i32_u (local.get $count)))))

  ;; The symbol of the next code, moves behind it; -1 if it is invalid, or begins behind the data.
  (func $symbol (param $table i32) (result i32)
    (local $entry i32)
    (if (i64.ge_s (global.get $position) (global.get $bits)) (then (return (i32.const -1))))
    (local.set $entry
      (i32.load16_u
        (i32.add (local.get $table) (i32.shl (i32.wrap_i64 (i64.shr_u (call $window) (i64.const 48))) (i32.const 1)))))
    (if (i32.eqz (local.get $entry)) (then (return (i32.const -1))))
    (call $skip (i32.and (local.get $entry) (i32.const 255)))
    (i32.shr_u (local.get $entry) (i32.const 8)))

  ;; MCUs that are all coded alike. `blocks` to `end_of_blocks` has two addresses for each block of an MCU: the table of its
  ;; difference, and that of its coefficients, 0 without them. The position of each block is marked.
  (func (export "sequential")
    (param $end_of_data i32) (param $bits i64) (param $intervals i32) (param $end_of_intervals i32) (param $marks i32)
    (param $blocks i32) (param $end_of_blocks i32) (result i32)
    (local $position i64) (local $units i32) (local $block i32)
    (call $begin (local.get $end_of_data) (local.get $bits) (local.get $marks))
    (loop $every_interval
      (local.set $position (i64.load (local.get $intervals)))
      (local.set $units (i32.load offset=8 (local.get $intervals)))
      (loop $every_unit
        (local.set $block (local.get $blocks))
        (loop $every_block
          (if (global.get $marks) (then (call $mark (local.get $position))))
          (local.set $position
            (call $block (local.get $position) (i32.load (local.get $block)) (i32.load offset=4 (local.get $block))))
          (if (i64.lt_s (local.get $position) (i64.const 0)) (then (return (i32.const 0))))
          (local.set $block (i32.add (local.get $block) (i32.const 8)))
          (br_if $every_block (i32.lt_u (local.get $block) (local.get $end_of_blocks))))
        (local.set $units (i32.sub (local.get $units) (i32.const 1)))
        (br_if $every_unit (local.get $units)))
      (i64.store (local.get $intervals) (local.get $position))
      (local.set $intervals (i32.add (local.get $intervals) (i32.const 16)))
      (br_if $every_interval (i32.lt_u (local.get $intervals) (local.get $end_of_intervals))))
    (i32.const 1))

  ;; The position behind one of these blocks; -1 where a code is invalid. Most of the time of a walk is spent here, so that its
  ;; position is a local variable, and no function is called.
  (func $block (param $position i64) (param $table i32) (param $coefficients i32) (result i64)
    (local $first_word i32) (local $bits i64) (local $entry i32) (local $coefficient i32)
    (local.set $first_word (i32.sub (global.get $end_of_data) (i32.const 8)))
    (local.set $bits (global.get $bits))
    (loop $every_code
      (if (i64.ge_s (local.get $position) (local.get $bits)) (then (return (i64.const -1))))
      (local.set $entry
        (i32.load16_u
          (i32.add
            (local.get $table)
            (i32.wrap_i64
              (i64.and
                (i64.shr_u
                  (i64.shl
                    (i64.load align=1
                      (i32.sub
                        (local.get $first_word)
                        (i32.wrap_i64 (i64.shr_u (local.get $position) (i64.const 3)))))
                    (i64.and (local.get $position) (i64.const 7)))
                  (i64.const 47))
                (i64.const 0x1fffe))))))
      (if (i32.eqz (local.get $entry)) (then (return (i64.const -1))))
      ;; The code, and the value behind it: the lowest four bits of the symbol are the bits of that.
      (local.set $position
        (i64.add
          (local.get $position)
          (i64.extend_i32_u
            (i32.add
              (i32.and (local.get $entry) (i32.const 0xff))
              (i32.and (i32.shr_u (local.get $entry) (i32.const 8)) (i32.const 0xf))))))
      (if (i32.eqz (local.get $coefficient))
        (then  ;; This was the difference.
          (if (i32.eqz (local.get $coefficients)) (then (return (local.get $position))))
          (local.set $table (local.get $coefficients))
          (local.set $coefficient (i32.const 1))
          (br $every_code)))
      ;; A code without a value ends the block, but for the one of sixteen zeros.
      (if (i32.and (i32.eqz (i32.and (local.get $entry) (i32.const 0xf00))) (i32.lt_u (local.get $entry) (i32.const 0xf000)))
        (then (return (local.get $position))))
      (local.set $coefficient
        (i32.add (local.get $coefficient) (i32.add (i32.shr_u (local.get $entry) (i32.const 12)) (i32.const 1))))
      (br_if $every_code (i32.lt_u (local.get $coefficient) (i32.const 64))))
    (local.get $position))

  ;; Blocks of a progressive scan of the coefficients `first` to `last` of one component. `nonzero` has 64 bits a block: which
  ;; coefficients are not zero after the scans so far. Three positions a block are marked: its own, and those before and behind
  ;; the code that ends it. The latter are -1 where no code does, and its own within a run of blocks that one code ends.
  (func (export "progressive")
    (param $end_of_data i32) (param $bits i64) (param $intervals i32) (param $end_of_intervals i32) (param $marks i32)
    (param $nonzero i32) (param $table i32) (param $first i32) (param $last i32) (param $is_refinement i32) (result i32)
    (local $blocks i32) (local $ended_blocks i32)
    (call $begin (local.get $end_of_data) (local.get $bits) (local.get $marks))
    (loop $every_interval
      (global.set $position (i64.load (local.get $intervals)))
      (local.set $blocks (i32.load offset=8 (local.get $intervals)))
      (local.set $ended_blocks (i32.const 0))
      (loop $every_block
        (local.set $ended_blocks
          (call $band
            (local.get $ended_blocks) (local.get $nonzero)
            (local.get $table) (local.get $first) (local.get $last) (local.get $is_refinement)))
        (if (i32.lt_s (local.get $ended_blocks) (i32.const 0)) (then (return (i32.const 0))))
        (local.set $nonzero (i32.add (local.get $nonzero) (i32.const 8)))
        (local.set $blocks (i32.sub (local.get $blocks) (i32.const 1)))
        (br_if $every_block (local.get $blocks)))
      (i64.store (local.get $intervals) (global.get $position))
      (local.set $intervals (i32.add (local.get $intervals) (i32.const 16)))
      (br_if $every_interval (i32.lt_u (local.get $intervals) (local.get $end_of_intervals))))
    (i32.const 1))

  ;; One of these blocks. Takes the number of blocks that a code before has ended, this one among them, and returns that of the
  ;; blocks behind it; -1 where a code is invalid.
  (func $band
    (param $ended_blocks i32) (param $nonzero i32)
    (param $table i32) (param $first i32) (param $last i32) (param $is_refinement i32) (result i32)
    (local $coefficient i32) (local $symbol i32) (local $run i32)
    (local $before i64) (local $now i64) (local $begin i64) (local $end_code i64) (local $end_code_stop i64)
    (local.set $before (i64.load (local.get $nonzero)))
    (local.set $now (local.get $before))
    (local.set $begin (global.get $position))
    (local.set $end_code (select (local.get $begin) (i64.const -1) (local.get $ended_blocks)))
    (local.set $end_code_stop (local.get $end_code))
    (local.set $coefficient (local.get $first))
    (block $end_of_block
      (br_if $end_of_block (local.get $ended_blocks))
      (loop $every_code
        (br_if $end_of_block (i32.gt_u (local.get $coefficient) (local.get $last)))
        (local.set $end_code (global.get $position))
        (local.set $symbol (call $symbol (local.get $table)))
        (if (i32.lt_s (local.get $symbol) (i32.const 0)) (then (return (i32.const -1))))
        (local.set $run (i32.shr_u (local.get $symbol) (i32.const 4)))
        (local.set $symbol (i32.and (local.get $symbol) (i32.const 15)))
        (if (i32.and (i32.eqz (local.get $symbol)) (i32.lt_u (local.get $run) (i32.const 15)))
          (then
            (local.set $ended_blocks (i32.add (i32.shl (i32.const 1) (local.get $run)) (call $number (local.get $run))))
            (local.set $end_code_stop (global.get $position))
            (br $end_of_block)))
        (local.set $end_code (i64.const -1))
        (if (local.get $is_refinement)
          (then
            (call $skip (i32.ne (local.get $symbol) (i32.const 0)))
            ;; A coefficient that was not zero has one more bit here. A run counts the others.
            (block $is_placed
              (loop $every_coefficient
                (br_if $is_placed (i32.gt_u (local.get $coefficient) (local.get $last)))
                (if (call $has_bit (local.get $before) (local.get $coefficient))
                  (then (call $skip (i32.const 1)))
                  (else
                    (br_if $is_placed (i32.eqz (local.get $run)))
                    (local.set $run (i32.sub (local.get $run) (i32.const 1)))))
                (local.set $coefficient (i32.add (local.get $coefficient) (i32.const 1)))
                (br $every_coefficient))))
          (else
            (call $skip (local.get $symbol))
            (local.set $coefficient (i32.add (local.get $coefficient) (local.get $run)))))
        (if
          (i32.and
            (i32.ne (local.get $symbol) (i32.const 0))
            (i32.le_u (local.get $coefficient) (select (local.get $last) (i32.const 63) (local.get $is_refinement))))
          (then (local.set $now (call $with_bit (local.get $now) (local.get $coefficient)))))
        (local.set $coefficient (i32.add (local.get $coefficient) (i32.const 1)))
        (br $every_code)))
    (if (local.get $ended_blocks)
      (then
        (local.set $ended_blocks (i32.sub (local.get $ended_blocks) (i32.const 1)))
        (if (local.get $is_refinement)
          (then (call $skip (call $count_bits (local.get $before) (local.get $coefficient) (local.get $last)))))))
    (i64.store (local.get $nonzero) (local.get $now))
    (if (global.get $marks)
      (then
        (call $mark (local.get $begin))
        (call $mark (local.get $end_code))
        (call $mark (local.get $end_code_stop))))
    (local.get $ended_blocks))

  (func $has_bit (param $word i64) (param $number i32) (result i32)
    (i32.wrap_i64 (i64.and (i64.shr_u (local.get $word) (i64.extend_i32_u (local.get $number))) (i64.const 1))))

  (func $with_bit (param $word i64) (param $number i32) (result i64)
    (i64.or (local.get $word) (i64.shl (i64.const 1) (i64.extend_i32_u (local.get $number)))))

  ;; How many of the bits from `first` to `last` are set.
  (func $count_bits (param $word i64) (param $first i32) (param $last i32) (result i32)
    (if (i32.gt_u (local.get $first) (local.get $last)) (then (return (i32.const 0))))
    (i32.wrap_i64
      (i64.popcnt
        (i64.shl
          (i64.shr_u (local.get $word) (i64.extend_i32_u (local.get $first)))
          (i64.sub
            (i64.const 63)
            (i64.extend_i32_u (i32.sub (local.get $last) (local.get $first)))))))))
