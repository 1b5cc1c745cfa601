/* Rings of things: a head, and elements that have an aos_list_t in them. */
#ifndef OSSUM_AOS_LIST_H
#define OSSUM_AOS_LIST_H

#include "aos_define.h"

typedef struct aos_list_s aos_list_t;
struct aos_list_s {
    aos_list_t *next, *prev;
};

#define aos_list_head_init(name) {&(name), &(name)}

/* Makes an empty list of a head. */
#define aos_list_init(ptr)                                                                        \
    do {                                                                                          \
        (ptr)->next = (ptr);                                                                      \
        (ptr)->prev = (ptr);                                                                      \
    } while (0)

/* Puts an element at the end. */
static AOS_INLINE void aos_list_add_tail(aos_list_t *element, aos_list_t *head)
{
    element->next = head;
    element->prev = head->prev;
    head->prev->next = element;
    head->prev = element;
}

/* Takes an element out; it is then an empty list of its own. */
static AOS_INLINE void aos_list_del(aos_list_t *element)
{
    element->prev->next = element->next;
    element->next->prev = element->prev;
    aos_list_init(element);
}

/* Whether a list has no element. */
static AOS_INLINE int aos_list_empty(const aos_list_t *head)
{
    return head->next == head;
}

/* Gives all elements of a list to another head, whose own are forgotten. */
static AOS_INLINE void aos_list_movelist(aos_list_t *from, aos_list_t *to)
{
    if (aos_list_empty(from)) {
        aos_list_init(to);
        return;
    }
    *to = *from;
    to->next->prev = to;
    to->prev->next = to;
    aos_list_init(from);
}

/* What an aos_list_t is in. */
#define aos_list_entry(ptr, type, member) ((type *)(void *)((char *)(ptr) - offsetof(type, member)))

#define aos_list_get_first(head, type, member)                                                    \
    (aos_list_empty(head) ? NULL : aos_list_entry((head)->next, type, member))
#define aos_list_get_last(head, type, member)                                                     \
    (aos_list_empty(head) ? NULL : aos_list_entry((head)->prev, type, member))

/* Walks through a list; the _safe forms allow that an element is taken out on the way. */
#define aos_list_for_each_entry(type, pos, head, member)                                          \
    for (pos = aos_list_entry((head)->next, type, member); &pos->member != (head);                \
         pos = aos_list_entry(pos->member.next, type, member))

#define aos_list_for_each_entry_reverse(type, pos, head, member)                                  \
    for (pos = aos_list_entry((head)->prev, type, member); &pos->member != (head);                \
         pos = aos_list_entry(pos->member.prev, type, member))

#define aos_list_for_each_entry_safe(type, pos, next_pos, head, member)                           \
    for (pos = aos_list_entry((head)->next, type, member),                                        \
        next_pos = aos_list_entry(pos->member.next, type, member);                                \
         &pos->member != (head);                                                                  \
         pos = next_pos, next_pos = aos_list_entry(next_pos->member.next, type, member))

#define aos_list_for_each_entry_safe_reverse(type, pos, next_pos, head, member)                   \
    for (pos = aos_list_entry((head)->prev, type, member),                                        \
        next_pos = aos_list_entry(pos->member.prev, type, member);                                \
         &pos->member != (head);                                                                  \
         pos = next_pos, next_pos = aos_list_entry(next_pos->member.prev, type, member))

#endif
